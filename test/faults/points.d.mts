export interface Point {
  readonly pattern: RegExp;
  readonly when: 'before' | 'sent' | 'answered';
}
type Group = Readonly<Record<string, Point>>;

export const points: {
  readonly append: Group;
  readonly project: Group;
  readonly report: Group;
  readonly rebuild: Group;
};
export const pointOf: (name: string) => Point;

import { type BookRules, type CaseFacts, caseFactsOf, importNeedsApproval, mayOnBook, mayOnCase, maySee, type Principal, refuse } from '#access'; // prettier-ignore
import { type CaseFile, refuse as refuseByLaw } from '#casework';
import type { CountryCode, Day, PersonId } from '#core';
import { type Admission, type Mapping, recordableBy } from '#intake';
import { casesStanding, type ReadModels } from '#read-models';
import type { ImportRequested } from '#reporting';
import type { People } from '#runtime';

type Asked = ImportRequested['data'] & { readonly askedBy: PersonId };

/** Who asked for an import over the API, and who approved it, as they stand now. */
export class Importer implements Admission {
  readonly team: readonly PersonId[];
  #asks: Principal | undefined;
  #approves: Principal | undefined;
  #rules!: BookRules;

  private constructor(
    private readonly people: People,
    private readonly readModels: ReadModels,
    private readonly asked: Asked,
  ) {
    this.team = [asked.askedBy];
  }

  /** @throws Refused `person-barred`, `forbidden`, `approval-needed`. */
  static async of(people: People, readModels: ReadModels, asked: Asked, mapping: Mapping): Promise<Importer> {
    const importer = new Importer(people, readModels, asked);
    await importer.renew();
    importer.#assertMayImport(mapping);
    return importer;
  }

  readonly renew = async (): Promise<void> => {
    const { askedBy, scopes, approved } = this.asked;
    this.#asks = await this.people.principal(askedBy, scopes);
    this.#approves = approved && (await this.people.principal(approved.by.personId));
    this.#rules = await this.people.rules();
  };

  readonly standing = (caseIds: readonly string[]): Promise<ReadonlySet<string>> =>
    casesStanding(this.readModels, caseIds);

  /** Of a case that they may not read they learn what recording cannot hide: that its id is taken, where they might have opened it. */
  readonly admit = (file: CaseFile, jurisdiction: () => CountryCode): void => {
    const who = this.#who;
    const facts = caseFactsOf(file);
    const may = facts && mayOnCase(who, 'record', facts, this.#rules.roles, this.#today);
    if (may?.yes) return this.#assertApprovable(facts?.jurisdiction, facts);
    if (may?.why === 'forbidden') refuse('forbidden', 'You may not record in this case.', {}, '/caseId');
    const place = jurisdiction();
    if (!mayOnBook(who, 'open-case', { jurisdiction: place }, this.#rules.roles).yes)
      refuse('forbidden', `You may open no case of ${place}.`, {}, '/jurisdiction');
    if (facts) refuseByLaw('case-exists', 'Another case is open under this key.', {}, '/caseId');
    this.#assertApprovable(place);
  };

  readonly sees = (file: CaseFile): boolean => maySee(this.#who, file, this.#rules.roles, this.#today);

  get #who(): Principal {
    return this.#asks ?? refuse('person-barred', 'Who asked for it may do nothing any more.');
  }

  /** In UTC. */
  get #today(): Day {
    return this.people.now().toISOString().slice(0, 10) as Day;
  }

  #assertMayImport(mapping: Mapping): void {
    const { roles, fourEyes } = this.#rules;
    if (!mayOnBook(this.#who, 'import', {}, roles).yes) refuse('forbidden', 'Your role does not allow to import.');
    if (!this.asked.approved && importNeedsApproval(fourEyes, recordableBy(mapping)))
      refuse('approval-needed', 'A second person must approve it.');
  }

  /** Who approves may open such a case themselves, or approve in this one. */
  #assertApprovable(jurisdiction: CountryCode | undefined, facts?: CaseFacts): void {
    if (!this.asked.approved) return;
    const { roles } = this.#rules;
    const opens = this.#approves && jurisdiction && mayOnBook(this.#approves, 'open-case', { jurisdiction }, roles).yes;
    const approves = this.#approves && facts && mayOnCase(this.#approves, 'approve', facts, roles, this.#today).yes;
    if (!opens && !approves)
      refuse('approver-not-allowed', 'Who approved it may not approve this.', {}, facts ? '/caseId' : '/jurisdiction');
  }
}

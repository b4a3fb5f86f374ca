import { OnlyTrue } from './described/fields.js';

export class AskForRebuild {
  @OnlyTrue('Take the new read models although they differ from those that stand.')
  accept?: boolean;
}

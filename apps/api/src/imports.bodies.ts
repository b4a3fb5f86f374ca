import { Matching } from './described/fields.js';

const SHA256 = /^[0-9a-f]{64}$/;
const ASK = 'Give the `sha256` that the upload answered.';
/** Without a folder and without control signs. */
const NAME = /^[^/\\\p{Cc}]{1,200}$/u;

export class AskForImport {
  @Matching(SHA256, 'hash-malformed', ASK, 'The register, as uploaded.')
  file!: string;
  @Matching(SHA256, 'hash-malformed', ASK, 'The mapping, as uploaded.')
  mapping!: string;
  @Matching(NAME, 'name-malformed', 'Give the name of a file, without its folder.', 'What the register is called.', {
    example: 'cook_forfeitures.csv',
  })
  name!: string;
}

import type { PersonId } from '#core';
import { idOfWords } from '#event-store';

/** What somebody can be called here. */
export const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,99}$/u;

/** The id of somebody known here by their name; of somebody known to an issuer, by what the issuer calls them. */
export const personIdOf = (name: string, issuer = ''): PersonId =>
  idOfWords('person', issuer, name.normalize('NFC').toLowerCase()) as string as PersonId;

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { Scope } from '#access';
import { type CaseDecision, decide } from '#casework';
import type { CaseId } from '#core';
import { caseFile, cases, type Page, type SealedCase } from '#read-models';

import { Book } from '../support/book.js';
import { caseOf, country, day, grant, id, limits, network, opening, operation } from './circles.js';

const [ES, PT, IT] = [country('ES'), country('PT'), country('IT')];
type Asked = Parameters<typeof cases>[2];
type Shown = Page<{ caseId: string; status?: string } | SealedCase>;

describe('the list of cases as it was known at an earlier position', () => {
  let book: Book;
  const at: number[] = [];

  const record = async (name: string, ...decisions: CaseDecision[]): Promise<void> => {
    await book.record(caseOf(name), ...decisions);
    await book.readModels.catchUp();
    at.push(book.readModels.position());
  };
  const another = decide.CaseAttributedToNetworks({
    attributions: [{ networkId: id('another network'), weightBp: 10_000, confidence: 'confirmed' }],
    effectiveOn: day('2024-01-20'),
  });

  /** Each step is a position; the last case is opened last. */
  beforeAll(async () => {
    book = await Book.open();
    await record('closed', ...opening('closed', ES));
    await record('reopened', ...opening('reopened', ES), decide.CaseClosed({ closedOn: day('2024-03-01'), reason: 'over' }));
    await record('closed', decide.CaseClosed({ closedOn: day('2024-04-01'), reason: 'over' }));
    await record('reopened', decide.CaseReopened({ reopenedOn: day('2024-05-01'), reason: 'more was found' }));
    await record('closed', decide.CaseReopened({ reopenedOn: day('2024-06-01'), reason: 'voided' }), decide.CaseTaggedToOperation({ operationId: operation, effectiveOn: day('2024-06-01') }), another, decide.CaseClosed({ closedOn: day('2024-06-02'), reason: 'over' }));
    await record('late', ...opening('late', PT), decide.CaseShared({ shareId: id('share'), jurisdiction: IT, extent: 'whole', sharedOn: day('2024-07-01') }));
  }, 120_000); // prettier-ignore
  afterAll(() => book.close());

  const shown = async (asOf: number | undefined, asked: Asked = {}, scope: Scope = 'whole', limit = 10) => {
    const found: string[] = [];
    let after: string | undefined;
    do {
      const page: Shown = await cases(book.readModels, scope, asked, { limit, after, asOf });
      for (const one of page.items) found.push(`${one.caseId} ${'status' in one ? one.status : 'sealed'}`);
      after = page.next;
    } while (after);
    return found;
  };
  const said = (name: string, status: string): string => `${caseOf(name)} ${status}`;

  it('holds those that were opened by then, each as it stood', async () => {
    expect(await shown(0)).toEqual([]);
    expect(await shown(at[0])).toEqual([said('closed', 'open')]);
    expect(await shown(at[1])).toEqual([said('closed', 'open'), said('reopened', 'closed')]);
    expect(await shown(at[2])).toEqual([said('closed', 'closed'), said('reopened', 'closed')]);
    expect(await shown(at[3])).toEqual([said('closed', 'closed'), said('reopened', 'open')]);
    const now = [said('closed', 'closed'), said('reopened', 'open'), said('late', 'open')];
    for (const asOf of [undefined, at[5], 1_000_000]) expect(await shown(asOf)).toEqual(now);
  });

  it('says of each what the case itself says, as of then', async () => {
    for (const asOf of at) {
      const { items } = await cases(book.readModels, 'whole', {}, { limit: 10, asOf });
      const files = items.map(({ caseId }) => caseFile(book.readModels, 'whole', caseId as CaseId, asOf));
      expect(items).toEqual(await Promise.all(files));
    }
  });

  it('is found by what the cases were then, page after page', async () => {
    for (const limit of [1, 2, 10]) {
      const found = (asOf: number | undefined, asked: Asked) => shown(asOf, asked, 'whole', limit);
      expect(await found(at[1], { status: 'open' })).toEqual([said('closed', 'open')]);
      expect(await found(at[1], { status: 'closed' })).toEqual([said('reopened', 'closed')]);
      expect(await found(at[3], { status: 'open' })).toEqual([said('reopened', 'open')]);
      expect(await found(at[3], { network })).toHaveLength(2);
      expect(await found(at[3], { network: id('another network') })).toEqual([]);
      expect(await found(at[4], { network: id('another network') })).toEqual([said('closed', 'closed')]);
      expect(await found(at[3], { operation })).toEqual([]);
      expect(await found(at[4], { operation })).toEqual([said('closed', 'closed')]);
      expect(await found(at[4], { jurisdiction: PT })).toEqual([]);
      expect(await found(at[4], { jurisdiction: ES, status: 'open' })).toEqual([said('reopened', 'open')]);
    }
  });

  it('is for who may see them now, whoever could then', async () => {
    const abroad = limits(grant('supervisor', IT));
    const home = limits(grant('supervisor', ES));
    expect(await shown(at[5], {}, abroad)).toEqual([said('late', 'open')]);
    expect(await shown(at[4], {}, abroad)).toEqual([]);
    expect(await shown(at[0], {}, home)).toEqual([said('closed', 'open')]);
    await record('closed', decide.CaseShared({ shareId: id('second share'), jurisdiction: IT, extent: 'whole', sharedOn: day('2024-08-01') })); // prettier-ignore
    expect(await shown(at[0], {}, abroad)).toEqual([said('closed', 'open')]);
  });
});

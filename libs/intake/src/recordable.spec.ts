import { describe, expect, it } from '@jest/globals';

import { parseMapping } from './parse-mapping.js';
import { recordableBy } from './recordable.js';

const mapping = parseMapping(`name: sheds
version: 1
file: { encoding: utf-8, delimiter: ',' }
columns: [Docket, Seen, How]
days: [YYYY-MM-DD]
case:
  key: ['{Docket}']
  fields: { reference: '{case.key}', title: Shed, authority: Customs, jurisdiction: PT, openedOn: { day: Seen } }
asset: { key: ['{Docket}'] }
facts:
  - name: gone
    events:
      - type: AssetReleased
        fields: { assetId: '{asset.id}', effectiveOn: { day: Seen }, reason: lifted, shareBp: 5000 }
      - type: AssetDisposed
        fields: { assetId: '{asset.id}', effectiveOn: { day: Seen }, outcome: { map: How, values: { s: sold } } }
  - name: whose
    when: { column: How, equals: x }
    events:
      - type: CaseAttributedToNetworks
        fields: { effectiveOn: { day: Seen }, attributions: [{ networkId: '{How}', weightBp: 4000, confidence: assessed }] }
`);

describe('what a mapping can have recorded', () => {
  it('is every event it names, with what it says itself and nothing that a row says', () => {
    expect(recordableBy(mapping)).toEqual([
      { type: 'AssetReleased', data: { reason: 'lifted', shareBp: 5000 } },
      { type: 'AssetDisposed', data: {} },
      { type: 'CaseAttributedToNetworks', data: { attributions: [{ weightBp: 4000, confidence: 'assessed' }] } },
    ]);
  });
});

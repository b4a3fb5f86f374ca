/** Lawful bodies, to be varied by tests. */
export const opening = {
  reference: 'DP 1123/2026',
  title: 'Operation Breakwater',
  authority: 'Audiencia Nacional',
  jurisdiction: 'ES',
  openedOn: '2026-01-10',
};
export const yacht = {
  category: 'vessel',
  description: 'Sailing yacht, 14 m',
  jurisdiction: 'ES',
  region: 'ES-GA',
  identifiers: [{ kind: 'imo', raw: 'IMO 9074729' }],
  identifiedOn: '2026-04-10',
};
export const worth = { amount: '300000.00', currency: 'EUR', method: 'expert-appraisal', valuedOn: '2026-04-10' };
export const freezingOrder = {
  kind: 'freezing',
  power: 'conviction-based',
  reference: 'AUTO 88/2026',
  authority: 'Juzgado Central 3',
  jurisdiction: 'ES',
  issuedOn: '2026-04-09',
};
export const network = { name: 'Northern Pier', registeredOn: '2026-01-05' };
export const operation = { name: 'OA 2.4', frame: 'EMPACT', leader: 'ES', startsOn: '2026-01-01' };

import type { CountryCode, CurrencyCode, Day } from '#core';
import type { Actor } from '#event-store';

import type { Book } from './book.js';
import { personIdOf } from '../../api/src/access/people.js';
import { INVESTIGATOR } from './cast.js';
import { type File, Story } from './story.js';

// Invented from the first name to the last figure; only the exchange rates are real.

const clerk: Actor = { person: 'demo-clerk', authority: 'Invented authority', jurisdiction: 'ES' as CountryCode };
const opened = { authority: 'Invented court', title: '' };
const team = [personIdOf(INVESTIGATOR)];
const eur = (amount: string): object => ({ amount, currency: 'EUR' });

/** The moments at which the story is told: one second after another, so that it is the same story each time. */
export const storyClock = (): (() => Date) => {
  let moment = Date.parse('2026-04-14T08:00:00Z');
  return () => new Date((moment += 1_000));
};

interface Cast {
  readonly story: Story;
  readonly pier: string;
  readonly delta: string;
  readonly lantern: string;
  readonly action: string;
}

const registers = async (story: Story): Promise<Cast> => {
  const id = (name: string): string => story.id('network', name);
  const [pier, delta, lantern, alias] = [id('pier'), id('delta'), id('lantern'), id('old-pier')] as const;
  const action = story.id('operation', 'O1');
  const registeredOn = '2023-01-09';
  const priority = 'EMPACT: high-risk criminal networks';
  await story.network(pier, 'NetworkRegistered', { name: 'Northern Pier', registeredOn, priority });
  await story.network(pier, 'NetworkAliasAdded', { alias: 'Los del Muelle' });
  await story.network(delta, 'NetworkRegistered', { name: 'Delta', registeredOn });
  await story.network(lantern, 'NetworkRegistered', {
    name: 'Lantern',
    registeredOn,
    note: 'online investment fraud',
  });
  await story.network(alias, 'NetworkRegistered', { name: 'Old Pier', registeredOn });
  const merger = { into: pier, mergedOn: '2024-02-01', reason: 'the same people' };
  await story.network(alias, 'NetworkMerged', merger);
  const plan = { frame: 'EMPACT', cycle: '2022-2025', oap: 'OAP CCH 2023', oa: 'OA 4.1', leader: 'ES' };
  await story.operation(action, 'OperationRegistered', { name: 'Breakwater', ...plan, startsOn: '2023-01-01' });
  for (const participant of ['CO', 'BR', 'PT']) {
    await story.operation(action, 'OperationParticipantJoined', { participant, joinedOn: '2023-01-15' });
  }
  return { story, pier, delta, lantern, action };
};

const attributed = (networkId: string, effectiveOn: string, weightBp = 10_000): Record<string, unknown> => ({
  attributions: [{ networkId, weightBp, confidence: 'probable' }],
  effectiveOn,
});

const begin = async (cast: Cast, name: string, jurisdiction: string, openedOn: string): Promise<File> => {
  const file = cast.story.file(name, jurisdiction);
  const { caseId } = file;
  await file.tell('CaseOpened', {
    caseId,
    ...opened,
    title: name,
    reference: `DEMO ${name}`,
    jurisdiction,
    openedOn,
    team,
  });
  return file;
};

const asset = async (cast: Cast, file: File, name: string, data: Record<string, unknown>): Promise<string> => {
  const assetId = cast.story.id('asset', name);
  await file.tell('AssetIdentified', { assetId, description: name, identifiers: [], ...data });
  return assetId;
};

/** 28 March, CO: a farm, half of it taken in extinction of ownership; appraised in pesos, converted by TRM and ECB. */
const farm = async (cast: Cast): Promise<void> => {
  const [from, to] = ['2023-03-28' as Day, '2023-03-28' as Day];
  await cast.story.rates({ source: 'TRM', base: 'USD' as CurrencyCode, from, to, rates: { COP: '4686.83' } });
  const file = await begin(cast, 'Hacienda', 'CO', '2023-02-20');
  await file.tell('CaseAttributedToNetworks', attributed(cast.pier, '2023-02-20'));
  await file.tell('CaseTaggedToOperation', { operationId: cast.action, effectiveOn: '2023-03-01' });
  const where = { jurisdiction: 'CO', region: 'CO-ANT', identifiedOn: '2023-03-01' };
  const quantity = { units: '140', unit: 'ha' };
  const assetId = await asset(cast, file, 'Farm, 140 ha', { category: 'real-estate', ...where, quantity });
  const worth = { amount: '2000000000.00', currency: 'COP', method: 'expert-appraisal', valuedOn: '2023-03-28' };
  await file.tell('AssetValued', { assetId, ...worth });
  const measure = { assetId, effectiveOn: '2023-03-28', shareBp: 5_000, power: 'extinction-of-ownership' };
  await file.tell('AssetSeized', measure);
};

/** 31 March at 22:30 in Brazil is 1 April in UTC and still the first quarter; the bank counts again in June. */
const cash = async (cast: Cast): Promise<void> => {
  const file = await begin(cast, 'Porto', 'BR', '2023-03-30');
  await file.tell('CaseAttributedToNetworks', attributed(cast.pier, '2023-03-30'));
  await file.tell('CaseTaggedToOperation', { operationId: cast.action, effectiveOn: '2023-03-30' });
  const identifiedOn = '2023-03-31';
  const assetId = await asset(cast, file, 'Banknotes', {
    category: 'cash',
    jurisdiction: 'BR',
    region: 'BR-SP',
    identifiedOn,
  });
  const worth = { assetId, amount: '900000.00', currency: 'BRL', method: 'face-value', valuedOn: '2023-03-31' };
  const counted = await file.tell('AssetValued', worth);
  await file.tell('AssetSeized', { assetId, effectiveOn: '2023-03-31' });
  const data = { ...worth, amount: '894500.00' };
  await file.mend(counted, 'EntryCorrected', {
    data,
    reason: 'counted again by the bank',
    approvedBy: 'demo-magistrate',
  });
};

/** The yacht: frozen, taken into custody, sold before judgment, and its price confiscated: one value all the way. */
const yacht = async (cast: Cast): Promise<void> => {
  const file = await begin(cast, 'Breakwater', 'ES', '2023-01-10');
  await file.tell('CaseAttributedToNetworks', attributed(cast.pier, '2023-01-10'));
  await file.tell('CaseTaggedToOperation', { operationId: cast.action, effectiveOn: '2023-01-10' });
  await file.tell('JurisdictionJoined', { jurisdiction: 'CO', role: 'contributor', joinedOn: '2023-05-05' });
  await file.tell('JurisdictionJoined', { jurisdiction: 'BR', role: 'contributor', joinedOn: '2023-05-05' });
  const where = { jurisdiction: 'ES', region: 'ES-GA', identifiedOn: '2023-04-03' };
  const assetId = await asset(cast, file, 'Sailing yacht, 14 m', { category: 'vessel', ...where });
  const seen = { tracedOn: '2023-04-04', subject: 'P-17', role: 'beneficial-owner', evidence: 'company register' };
  await file.tell('AssetTraced', { assetId, ...seen });
  const worth = { ...eur('300000.00'), method: 'police-estimate', valuedOn: '2023-04-10' };
  await file.tell('AssetValued', { assetId, ...worth });
  const orderId = cast.story.id('order', 'yacht-freezing');
  const issuer = { authority: 'Juzgado Central', jurisdiction: 'ES', power: 'conviction-based' };
  const over = { assets: [assetId] };
  await file.tell('OrderIssued', {
    orderId,
    ...issuer,
    kind: 'freezing',
    reference: 'AUTO 88',
    issuedOn: '2023-04-07',
    over,
  });
  await file.tell('AssetFrozen', { assetId, orderId, effectiveOn: '2023-04-10' });
  await file.tell('AssetSeized', { assetId, effectiveOn: '2023-04-20' });
  const newAssetId = cast.story.id('asset', 'price of the yacht');
  const price = { proceeds: eur('225000.00'), costs: eur('15000.00'), effectiveOn: '2023-07-08' };
  const deposit = { newAssetId, category: 'bank-account', description: 'Price of the yacht', identifiers: [] };
  const sale = { ...issuer, kind: 'interim-sale', reference: 'AUTO 9', over: { assets: [assetId] } };
  await file.tell('OrderIssued', { orderId: cast.story.id('order', 'yacht-sale'), ...sale, issuedOn: '2023-06-20' });
  await file.tell('AssetConverted', { assetId, how: 'sale', ...deposit, ...price });
  const confiscation = cast.story.id('order', 'yacht-confiscation');
  const judgment = { ...issuer, kind: 'confiscation', reference: 'SENTENCIA 12', over: { assets: [newAssetId] } };
  await file.tell('OrderIssued', { orderId: confiscation, ...judgment, issuedOn: '2025-06-02', finalOn: '2025-11-28' });
  await file.tell('AssetConfiscated', { assetId: newAssetId, orderId: confiscation, effectiveOn: '2025-11-30' });
};

/** Coins exchanged for money; the network is known only a year later: value moves from unattributed to it then. */
const coins = async (cast: Cast): Promise<void> => {
  const file = await begin(cast, 'Windmill', 'NL', '2024-03-04');
  const units = { units: '12.5', unit: 'BTC' };
  const what = { category: 'crypto', jurisdiction: 'NL', identifiedOn: '2024-03-05', quantity: units };
  const assetId = await asset(cast, file, 'Hardware wallet', what);
  await file.tell('AssetValued', { assetId, ...eur('743125.00'), method: 'market-quote', valuedOn: '2024-03-06' });
  await file.tell('AssetSeized', { assetId, effectiveOn: '2024-03-06', power: 'conviction-based' });
  const newAssetId = cast.story.id('asset', 'money of the coins');
  const money = { newAssetId, category: 'bank-account', description: 'Money of the coins', identifiers: [] };
  const proceeds = { proceeds: eur('731900.45'), effectiveOn: '2024-03-19' };
  const issuer = { authority: 'Rechtbank Rotterdam', jurisdiction: 'NL', power: 'conviction-based' };
  const sale = { ...issuer, kind: 'interim-sale', reference: 'RK 24/311', over: { assets: [assetId] } };
  await file.tell('OrderIssued', { orderId: cast.story.id('order', 'coins-sale'), ...sale, issuedOn: '2024-03-15' });
  await file.tell('AssetConverted', { assetId, how: 'exchange', ...money, ...proceeds });
  const shares = [
    { networkId: cast.lantern, weightBp: 6_000, confidence: 'confirmed' },
    { networkId: cast.delta, weightBp: 2_500, confidence: 'suspected' },
  ];
  const basis = 'analysis of the chain';
  await file.tell('CaseAttributedToNetworks', { attributions: shares, effectiveOn: '2025-02-10', basis });
};

/** Under an order over an amount: a flat that nobody has valued yet counts as an asset, not as zero; a car was told twice. */
const flat = async (cast: Cast): Promise<void> => {
  const file = await begin(cast, 'Farol', 'PT', '2024-09-02');
  await file.tell('CaseAttributedToNetworks', attributed(cast.delta, '2024-09-02'));
  const where = { jurisdiction: 'PT', region: 'PT-08', identifiedOn: '2024-09-10' };
  const home = await asset(cast, file, 'Flat in Faro', { category: 'real-estate', ...where });
  const car = await asset(cast, file, 'Sports car', { category: 'vehicle', ...where });
  const again = await asset(cast, file, 'Sports car, told again', { category: 'vehicle', ...where });
  const twice = { survivorId: car, survivorCaseId: file.caseId, reason: 'same chassis', approvedBy: 'demo-magistrate' };
  await file.tell('DuplicateDeclared', { assetId: again, ...twice });
  await file.tell('AssetValued', { assetId: car, ...eur('62000.00'), method: 'guide-price', valuedOn: '2024-09-12' });
  for (const assetId of [home, car]) await file.tell('AssetSeized', { assetId, effectiveOn: '2024-09-12' });
  const orderId = cast.story.id('order', 'farol');
  const issuer = { authority: 'Tribunal de Faro', jurisdiction: 'PT', power: 'extended', reference: 'ACORDAO 7' };
  const over = { amount: eur('50000.00') };
  await file.tell('OrderIssued', { orderId, ...issuer, kind: 'confiscation', issuedOn: '2025-03-03', over });
  await file.tell('AssetConfiscated', { assetId: car, orderId, effectiveOn: '2025-03-10', shareBp: 8_000 });
  await file.tell('OrderAppealed', { orderId, appealedOn: '2025-03-20' });
  await file.tell('AppealDecided', { orderId, decidedOn: '2025-09-15', outcome: 'upheld' });
  await file.tell('OrderBecameFinal', { orderId, finalOn: '2025-10-15' });
  await file.tell('AssetReleased', { assetId: car, effectiveOn: '2025-10-20', reason: 'surplus' });
};

/** A mistaken entry that is voided, a loss, and a case that is closed. */
const jewels = async (cast: Cast): Promise<void> => {
  const file = await begin(cast, 'Azabache', 'ES', '2025-05-05');
  await file.tell('CaseAttributedToNetworks', attributed(cast.lantern, '2025-05-05', 7_000));
  const where = { jurisdiction: 'ES', region: 'ES-MD', identifiedOn: '2025-05-06' };
  const watches = await asset(cast, file, 'Watches', { category: 'luxury', ...where });
  const gold = await asset(cast, file, 'Gold bars', { category: 'precious-metal', ...where });
  const wrong = { assetId: watches, ...eur('180000.00'), method: 'police-estimate', valuedOn: '2025-05-07' };
  const mistaken = await file.tell('AssetValued', wrong);
  await file.mend(mistaken, 'EntryVoided', { reason: 'copies', approvedBy: 'demo-magistrate' });
  const dollars = { amount: '96400.00', currency: 'USD', method: 'market-quote', valuedOn: '2025-05-07' };
  await file.tell('AssetValued', { assetId: gold, ...dollars });
  await file.tell('AssetSeized', { assetId: gold, effectiveOn: '2025-05-07' });
  await file.tell('AssetLost', { assetId: watches, effectiveOn: '2025-06-01', reason: 'not found at the address' });
  await file.tell('CaseClosed', { closedOn: '2026-01-30', reason: 'handed over to the court' });
};

/** The invented book: six cases in five jurisdictions, four networks, a joint operation. Told again, it adds nothing. */
export const seedDemo = async (book: Book): Promise<void> => {
  const cast = await registers(new Story(book, clerk));
  for (const chapter of [farm, cash, yacht, coins, flat, jewels]) await chapter(cast);
  await book.readModels.catchUp();
};

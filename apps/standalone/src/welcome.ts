const record = (address: string): string => `curl -s ${address}/v1/cases -H 'Content-Type: application/json' \\
       -H 'Rastro-Actor: person=you; authority=yours; jurisdiction=ES' -H 'Idempotency-Key: first' \\
       -d '{"reference":"1/2026","title":"First case","authority":"Court","jurisdiction":"ES","openedOn":"2026-01-10"}'`;

const things = (address: string): readonly (readonly [string, string])[] => [
  [
    'What was taken in a quarter',
    `curl -s '${address}/v1/figures?period=2023Q1&by=network,jurisdiction&definition=value-seized'`,
  ],
  ['The register of assets', `curl -s '${address}/v1/assets?limit=5'`],
  ['Record a fact', record(address)],
];

/** What is printed at the start: where it answers, and three things to try. */
export const welcome = (address: string, where: string, demo: boolean): string => {
  const head = `Rastro answers at ${address}\n  the book is in ${where}${demo ? ', with invented data' : ''}; every route is at ${address}/docs\n`;
  const body = things(address).map(([title, command], index) => `  ${index + 1}. ${title}:\n     ${command}\n`);
  return `${head}\nTry next:\n${body.join('')}\nCtrl-C stops it.\n`;
};

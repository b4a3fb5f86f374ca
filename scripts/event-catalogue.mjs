// Prints the event catalogue from the types in libs/casework, libs/access and libs/reporting: `npm run docs` writes it to docs/event-catalogue.md
// (--write), and a test checks that it is fresh.
import { writeFileSync } from 'node:fs';

import ts from 'typescript';

const CASEWORK = 'libs/casework/src/index.ts';
const CORE = 'libs/core/src/index.ts';
const REPORTING = 'libs/reporting/src/index.ts';
const ACCESS = 'libs/access/src/index.ts';
/** Only for the names that fields are written with. */
const OTHERS = ['libs/event-store/src/index.ts', 'libs/read-models/src/index.ts'];

/** Each union of events, and the stream in which they stand. */
const parts = [
  { union: 'CaseEvent', title: 'A case, its assets, orders and measures', stream: 'case-<uuid>' },
  { union: 'NetworkEvent', title: 'A network', stream: 'network-<uuid>' },
  { union: 'OperationEvent', title: 'A joint operation', stream: 'operation-<uuid>' },
  { union: 'RatesPublished', title: 'Exchange rates', stream: 'rates-<source>' },
  { union: 'PersonEvent', title: 'A person or a job, and what they were granted', stream: 'access-<uuid>' },
  { union: 'ProposalEvent', title: 'An act that a second person approves', stream: 'access-<uuid>' },
  { union: 'RulesEvent', title: 'What roles may do, and what needs a second person', stream: 'access-rules' },
  { union: 'QuarterClosed', title: 'A quarter', stream: 'quarter-<2026Q3>' },
  { union: 'ExportEvent', title: 'Files that were asked for', stream: 'requests-exports' },
  { union: 'ImportEvent', title: 'Registers to be taken in', stream: 'requests-imports' },
  { union: 'RebuildEvent', title: 'Rebuilds of the read models', stream: 'requests-rebuilds' },
];

const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.');
const program = ts.createProgram([...OTHERS, ACCESS, REPORTING, CASEWORK, CORE], options);
const checker = program.getTypeChecker();

const exportsOf = (path) => {
  const source = program.getSourceFile(path);
  if (!source) throw new Error(`${path} is not here: run this in the root of the project`);
  return checker.getExportsOfModule(checker.getSymbolAtLocation(source));
};
const named = new Map(
  [...OTHERS, ACCESS, REPORTING, CORE, CASEWORK]
    .flatMap(exportsOf)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter(({ flags }) => flags & (ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Interface))
    .map((symbol) => [symbol.name, symbol]),
);
const typeNamed = (name) => {
  const symbol = named.get(name);
  if (!symbol) throw new Error(`${name} is no exported type of ${CASEWORK}, ${REPORTING} or ${CORE}`);
  return checker.getDeclaredTypeOfSymbol(symbol);
};

const oneLine = (text) => text.replace(/\s+/g, ' ').trim();
const docOf = (symbol) => oneLine(ts.displayPartsToString(symbol?.getDocumentationComment(checker) ?? []));

/** A field's type as it is written in the code; comments left out. */
const writtenType = (symbol) => {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration || !ts.isPropertySignature(declaration) || !declaration.type)
    return checker.typeToString(checker.getTypeOfSymbol(symbol), undefined, ts.TypeFormatFlags.NoTruncation);
  const printer = ts.createPrinter({ removeComments: true });
  const text = printer.printNode(ts.EmitHint.Unspecified, declaration.type, declaration.getSourceFile());
  return oneLine(text).replaceAll('"', "'").replace(/;? \}/g, ' }');
};

const fieldsOf = (type) =>
  checker.getPropertiesOfType(type).map((symbol) => ({
    name: symbol.name,
    optional: Boolean(symbol.flags & ts.SymbolFlags.Optional),
    type: writtenType(symbol),
    doc: docOf(symbol),
  }));

const propertyType = (type, name) => checker.getTypeOfSymbol(checker.getPropertyOfType(type, name));

const eventsOf = (union) => {
  const type = typeNamed(union);
  return (type.isUnion() ? type.types : [type])
    .map((event) => ({ name: propertyType(event, 'type').value, fields: fieldsOf(propertyType(event, 'data')) }))
    .map((event) => ({ ...event, doc: docOf(named.get(event.name)) }));
};

/** What a named type is: its words, its fields, or the plain type below it. */
const spelled = (type) => {
  if (type.isUnion() && type.types.every((one) => one.isStringLiteral()))
    return type.types
      .map(({ value }) => `\`${value}\``)
      .sort()
      .join(', ');
  if (type.isUnion()) return 'one of several';
  if (type.isIntersection() || type.flags & ts.TypeFlags.String) return 'text';
  if (type.flags & ts.TypeFlags.Number) return 'whole number';
  return fieldsOf(type)
    .map(({ name, optional, type: text }) => `\`${name}${optional ? '?' : ''}\`: \`${text}\``)
    .join(', ');
};

const namesIn = (text) => [...text.matchAll(/\b[A-Z]\w+\b/g)].map(([name]) => name).filter((name) => named.has(name));

/** Every name that a field is written with, and every name those are written with. */
const vocabulary = (texts) => {
  const words = new Map();
  const open = texts.flatMap(namesIn);
  for (let name = open.pop(); name; name = open.pop()) {
    if (words.has(name) || name === 'CorrectableEvent') continue;
    const meaning = spelled(typeNamed(name));
    words.set(name, { meaning, doc: docOf(named.get(name)) || (name.endsWith('Id') ? docOf(named.get('Id')) : '') });
    open.push(...namesIn(meaning));
  }
  return [...words].sort(([a], [b]) => (a < b ? -1 : 1));
};

const row = (...cells) => `| ${cells.map((text) => oneLine(text).replaceAll('|', '\\|')).join(' | ')} |`;

const chapter = ({ name, doc, fields }) => [
  `### ${name}`,
  '',
  ...(doc ? [doc, ''] : []),
  row('field', 'type', ''),
  row('---', '---', '---'),
  ...fields.map((field) =>
    row(`\`${field.name}\``, `\`${field.type}\``, [field.optional ? '(optional)' : '', field.doc].join(' ')),
  ),
  '',
];

const catalogue = () => {
  const chapters = parts.map((part) => ({ ...part, events: eventsOf(part.union) }));
  const all = chapters.flatMap(({ events }) => events);
  const missing = eventsOf('RastroEvent').filter(({ name }) => !all.some((event) => event.name === name));
  if (missing.length > 0) throw new Error(`no stream is given for ${missing.map(({ name }) => name).join(', ')}`);
  const texts = all.flatMap(({ fields }) => fields.map(({ type }) => type));
  return [
    '# Event catalogue',
    '',
    '<!-- Printed from libs/casework/src and libs/reporting/src by `npm run docs`. Change the types, then print it again. -->',
    '',
    `The ${all.length} types of facts, each with the fields of its \`data\`. Stored names and fields are only ever added to.`,
    'What surrounds them (id, position, actor, command, source, hashes) is `RecordedEvent` in `libs/event-store/src/store.ts`.',
    'Two times are never mixed: the days below are local to where the measure took effect; `recordedAt` is when it became known, in UTC.',
    '',
    ...chapters.flatMap(({ title, stream, events }) => [
      `## ${title}`,
      '',
      `Stream \`${stream}\`: ${events.map(({ name }) => `[${name}](#${name.toLowerCase()})`).join(' · ')}`,
      '',
      ...events.flatMap(chapter),
    ]),
    '## Names used above',
    '',
    row('name', 'is', ''),
    row('---', '---', '---'),
    ...vocabulary(texts).map(([name, { meaning, doc }]) => row(`\`${name}\``, meaning, doc)),
    '',
  ].join('\n');
};

if (process.argv.includes('--write')) writeFileSync('docs/event-catalogue.md', catalogue());
else process.stdout.write(catalogue());

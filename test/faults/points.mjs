// The steps at which a process may die, by name: what it is about to ask of its engine, has asked, or has been answered.
const at = (pattern, when) => ({ pattern, when });

/** The statement that appends to each stream that ends as it is believed to. */
const ONE_STATEMENT = /^with written as \(select \* from log\.append_where_believed\b/;

/** Of the log, in a process that records. */
const append = {
  'append: nothing sent yet': at(ONE_STATEMENT, 'before'),
  'append: sent, unanswered': at(ONE_STATEMENT, 'sent'),
  'append: committed, the client not told': at(ONE_STATEMENT, 'answered'),
  'append: in turn, nothing written': at(/^select pg_advisory_xact_lock\(\$1\)$/, 'answered'),
  'append: written, not committed': at(/^copy log\.events/, 'sent'),
  'append: the commit sent, unanswered': at(/^commit$/, 'sent'),
};

/** Of the read models, in the process that leads. */
const project = {
  'project: a transaction begun': at(/^begin$/, 'answered'),
  'checkpoint: about to move': at(/^update read_\d+\.checkpoint/, 'before'),
  'checkpoint: moved, not committed': at(/^update read_\d+\.checkpoint/, 'answered'),
  'project: rows sent': at(/^copy read_\d+\./, 'sent'),
  'checkpoint: the commit not sent yet': at(/^commit$/, 'before'),
  'checkpoint: the commit sent, unanswered': at(/^commit$/, 'sent'),
  'checkpoint: committed': at(/^commit$/, 'answered'),
};

/** Of the files that were asked for, in a reporter. */
const report = {
  'export: about to be queued': at(/^[^;]{0,400}from add_jobs_bulk\(/i, 'before'),
  'export: queued': at(/^[^;]{0,400}from add_jobs_bulk\(/i, 'answered'),
  'export: the draft opened': at(/^open .*\.draft$/, 'answered'),
  'export: the draft written': at(/^writeFile$/, 'answered'),
  'export: the draft on the disk': at(/^sync$/, 'answered'),
  'export: about to have its name': at(/^link .*\.draft$/, 'before'),
  'export: has its name': at(/^link .*\.draft$/, 'answered'),
  'export: the draft removed': at(/^rm .*\.draft$/, 'answered'),
  'export: about to be told as done': at(/^[^;]{0,900}select[^;]*move_to_completed(_fetch)?\(/i, 'before'),
};

/** Of `rastro rebuild`, and of a process that opens a book of older rules. */
const rebuild = {
  'rebuild: the tables made': at(/^\s*create schema read_\d+/, 'answered'),
  'rebuild: rows sent': at(/^copy read_\d+\./, 'sent'),
  'rebuild: indexed': at(/^\s*alter table read_\d+\.postings/, 'answered'),
  'rebuild: compared': at(/^delete from read\.current/, 'before'),
  'rebuild: the old one let go, not committed': at(/^delete from read\.current/, 'answered'),
  'rebuild: about to switch': at(/^insert into read\.current/, 'answered'),
  'rebuild: switched, the old one still there': at(/^drop schema/, 'before'),
  'rebuild: the old one dropped': at(/^drop schema/, 'answered'),
};

export const points = { append, project, report, rebuild };

/** @returns the point of this name. */
export const pointOf = (name) => {
  const found = Object.values(points).find((group) => name in group)?.[name];
  if (!found) throw new Error(`there is no step named "${name}"`);
  return found;
};

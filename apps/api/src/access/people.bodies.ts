import { caseActs, bookActs, fourEyesActs, relations, roles } from '#access';

import { Country, Flag, Id, Matching, OnDay, OneOf, SomeOf, Text } from '../described/fields.js';
import { NAME } from './people.js';

export class AdmitPerson {
  @Matching(NAME, 'name-malformed', 'Give 2 to 100 letters, digits, points, hyphens or @.', 'Unique; the author of what they record.', { example: 'ana.perez' }) // prettier-ignore
  name!: string;
  @OneOf(['person', 'job'], 'A person signs in with a password, a job with a token.')
  kind!: string;
  @Text('Of which authority they are.', { most: 200, example: 'Policía Judicial' })
  authority!: string;
  @Country('And of which jurisdiction.')
  jurisdiction!: string;
}

export class GrantRole {
  @Id('Of your own; one is made unless told.', { optional: true })
  grantId?: string;
  @OneOf(roles, 'The role.')
  role!: string;
  @Text('For which authority.', { most: 200, example: 'Policía Judicial' })
  authority!: string;
  @Country('For which jurisdiction.')
  jurisdiction!: string;
  @Id('Of an action lead: the operation.', { optional: true })
  operationId?: string;
  @OnDay('The first day.')
  from!: string;
  @OnDay('The last day; it has no end unless told.', { optional: true })
  to?: string;
}

export class WithReason {
  @Text('Why.', { most: 1_000 })
  reason!: string;
}

export class IssueToken {
  @Text('What it is for.', { most: 100, example: 'quarterly export' })
  name!: string;
  @SomeOf([...bookActs, ...caseActs], 'What it is good for.', { example: ['figures', 'count'] })
  scopes!: string[];
  @Matching(/^([1-9]|[1-9]\d|[12]\d\d|3[0-5]\d|36[0-5])$/, 'days-malformed', 'Give 1 to 365.', 'For how many days.', { example: '90' }) // prettier-ignore
  days!: string;
}

export class SetRoleRule {
  @OneOf(roles, 'Whose.')
  role!: string;
  @OneOf([...bookActs, ...caseActs], 'What.')
  act!: string;
  @OneOf(relations, 'Of what is done with a case: how they stand to it.', { optional: true })
  relation?: string;
  @Flag('Whether they may.')
  allowed!: boolean;
}

export class SetFourEyesRule {
  @OneOf(fourEyesActs, 'What.')
  act!: string;
  @Flag('Whether a second person must approve it.')
  required!: boolean;
  @Matching(/^\d{1,15}(\.\d{2})?$/, 'threshold-malformed', 'Give basis points, or euro as 1000000.00.', 'From how many basis points (attribution: 1 to 10000) or euro (valuation: with two decimals) on; of no other act.', { optional: true }) // prettier-ignore
  from?: string;
}

export class SignIn {
  @Text('Your name here.', { most: 100 })
  name!: string;
  @Text('Your password.', { most: 1_024 })
  password!: string;
}

export class SetUp {
  @Matching(/^rastro_u_[\w-]{43}$/, 'secret-malformed', 'Give the secret of the link.', 'The secret of the link you were given.') // prettier-ignore
  secret!: string;
  @Text('The password you choose: 12 characters or more.', { most: 1_024 })
  password!: string;
}

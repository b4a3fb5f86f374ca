import { Controller, Inject } from '@nestjs/common';

import {
  type Act,
  type BookRules,
  decideRules,
  type FourEyesAct,
  type Relation,
  type Role,
  type RulesDecision,
} from '#access';
import type { Access } from '#runtime';

import { type Answer, receiptWith } from '../answer.js';
import { type Caller, commandOf } from '../caller.js';
import { ACCESS } from '../given.js';
import { SetFourEyesRule, SetRoleRule } from './people.bodies.js';
import { Answering, Records, TellsOf, type Told } from '../told.js';

/** What each role may do, and which acts need a second person. */
@Controller('v1/rules')
export class RulesController {
  constructor(@Inject(ACCESS) private readonly access: Access) {}

  @Answering('', 'getRules', 'signed-in', 'The rules as they stand')
  rules(): Promise<BookRules> {
    return this.access.people.rules();
  }

  @Records('roles', SetRoleRule, { name: 'setRoleRule', act: 'administer', title: 'Let a role do something, or not any more', opens: true }) // prettier-ignore
  setRole(@TellsOf(SetRoleRule) { caller, body }: Told<SetRoleRule>): Promise<Answer> {
    const { role, act, relation, allowed } = body;
    const data = {
      role: role as Role,
      act: act as Act,
      allowed,
      ...(relation ? { relation: relation as Relation } : {}),
    };
    return this.#set(caller, decideRules.RoleRuleSet(data), data);
  }

  @Records('four-eyes', SetFourEyesRule, { name: 'setFourEyesRule', act: 'administer', title: 'Have an act approved by a second person, or not any more', opens: true }) // prettier-ignore
  setFourEyes(@TellsOf(SetFourEyesRule) { caller, body }: Told<SetFourEyesRule>): Promise<Answer> {
    const { act, required, from } = body;
    const data = { act: act as FourEyesAct, required, ...(from ? { from } : {}) };
    return this.#set(caller, decideRules.FourEyesRuleSet(data), data);
  }

  async #set(caller: Caller, decision: RulesDecision, asked: object): Promise<Answer> {
    return receiptWith(await this.access.people.setRules([decision], commandOf(caller, asked)), {});
  }
}

import { Controller, Inject } from '@nestjs/common';

import { AttributeCase, CloseCase, JoinJurisdiction, OpenCase, ReopenCase, TagCase } from './cases.bodies.js';
import { CorrectEntry, VoidEntry } from './corrections.bodies.js';
import { type Outcome, Recording } from './recording.js';
import { Records, TellsOf, type Told } from './told.js';

/** The case itself, and what was mistaken in it. */
@Controller('v1/cases')
export class CasesController {
  constructor(@Inject(Recording) private readonly recording: Recording) {}

  @Records('', OpenCase, { name: 'openCase', title: 'Open a case', act: 'open-case', opens: true })
  open(@TellsOf(OpenCase) told: Told): Promise<Outcome> {
    return this.recording.record('CaseOpened', told, 'caseId');
  }

  @Records(':caseId/attributions', AttributeCase, { name: 'attributeCase', title: 'Attribute a case to networks' })
  attribute(@TellsOf(AttributeCase) told: Told): Promise<Outcome> {
    return this.recording.record('CaseAttributedToNetworks', told);
  }

  @Records(':caseId/operations', TagCase, { name: 'tagCase', title: 'Tag a case to a joint operation' })
  tag(@TellsOf(TagCase) told: Told): Promise<Outcome> {
    return this.recording.record('CaseTaggedToOperation', told);
  }

  @Records(':caseId/jurisdictions', JoinJurisdiction, { name: 'joinJurisdiction', title: 'Let a jurisdiction join' })
  join(@TellsOf(JoinJurisdiction) told: Told): Promise<Outcome> {
    return this.recording.record('JurisdictionJoined', told);
  }

  @Records(':caseId/closing', CloseCase, { name: 'closeCase', title: 'Close a case' })
  close(@TellsOf(CloseCase) told: Told): Promise<Outcome> {
    return this.recording.record('CaseClosed', told);
  }

  @Records(':caseId/reopening', ReopenCase, { name: 'reopenCase', title: 'Reopen a case' })
  reopen(@TellsOf(ReopenCase) told: Told): Promise<Outcome> {
    return this.recording.record('CaseReopened', told);
  }

  @Records(':caseId/entries/:eventId/voidings', VoidEntry, { name: 'voidEntry', title: 'Void a mistaken entry' })
  void(@TellsOf(VoidEntry) told: Told<VoidEntry>): Promise<Outcome> {
    return this.recording.record('EntryVoided', told);
  }

  @Records(':caseId/entries/:eventId/corrections', CorrectEntry, { name: 'correctEntry', title: 'Correct an entry' })
  correct(@TellsOf(CorrectEntry) told: Told<CorrectEntry>): Promise<Outcome> {
    return this.recording.record('EntryCorrected', told);
  }
}

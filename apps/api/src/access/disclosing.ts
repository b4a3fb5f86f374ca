import { isThirdState } from '#access';
import { type CaseFile, operationDecider, streamOf } from '#casework';
import type { CountryCode, OperationId, PersonId } from '#core';
import type { Recorder } from '#event-store';
import type { Access } from '#runtime';

import type { Data, Fact } from '../commands.js';

interface Asked {
  readonly recorder: Recorder;
  readonly access: Access;
}

/**
 * Facts by which a case comes to be read from elsewhere, as by a share: by whom, for which jurisdictions they act (LED Art. 35; domain.md
 * 8.3).
 */
export const disclosing: {
  readonly [F in Fact]?: (asked: Asked, data: Data) => Promise<readonly CountryCode[]>;
} = {
  async TeamMemberJoined({ access }, { personId }) {
    const { grants } = (await access.people.principal(personId as PersonId)) ?? { grants: [] };
    return grants.map(({ jurisdiction }) => jurisdiction);
  },
  async CaseTaggedToOperation({ recorder }, { operationId }) {
    const { state } = await recorder.read(streamOf.operation(operationId as OperationId), operationDecider);
    return state.registered ? [state.registered.leader] : [];
  },
};

/** A third State, where who reads acts for no other, and for none that has the case. */
export const abroad = (jurisdictions: readonly CountryCode[], { jurisdiction }: CaseFile): CountryCode | undefined =>
  jurisdictions.every((one) => one !== jurisdiction && isThirdState(one)) ? jurisdictions[0] : undefined;

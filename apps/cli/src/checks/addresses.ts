import { type Settings, unsafeAddresses } from '#runtime';

import { type Check, type Found, ok, together, wrong } from './check.js';

type Given = Readonly<Record<string, string | undefined>>;

/** By the rules by which the processes start, or do not. */
export const addresses = (settings: Settings, env: Given): Found => {
  const found = unsafeAddresses(settings, env).map(({ says, mend }) =>
    wrong(says.replace(/\.$/, ''), mend || undefined),
  );
  return together(found, ok('each is of this machine, or asked over TLS with a password of its own'));
};

export const addressChecks = (settings: Settings, env: Given): Check[] => [
  { name: 'addresses', look: () => addresses(settings, env) },
];

import type { Role } from '#access';
import type { CountryCode } from '#core';

import type { Granted } from '../../bench/admitting.js';

export { admit, type Granted, type Somebody } from '../../bench/admitting.js';

/** Countries in which the tests play. */
export const countries = ['PT', 'ES', 'IT', 'FR', 'DE', 'NL', 'GR', 'BG', 'HR', 'CO', 'BR', 'MX', 'US', 'GB', 'PA', 'EC', 'CH', 'XZ', 'ZZ'] as readonly string[] as readonly CountryCode[]; // prettier-ignore

export const everywhere = (...roles: readonly Role[]): Granted[] =>
  roles.flatMap((role) => countries.map((jurisdiction) => ({ role, jurisdiction })));

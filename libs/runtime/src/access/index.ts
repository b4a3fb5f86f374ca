export { assertStrong } from './password-rules.js';
export { type Cost, hashPassword, isOutdated, verifyPassword } from './passwords.js';

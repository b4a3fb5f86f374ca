const DIGITS_AND_LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Weights repeat when there are fewer of them than characters. */
const weighed = (values: readonly number[], weights: readonly number[]): number =>
  sum(values.map((value, index) => value * (weights[index % weights.length] ?? 0)));

const digitsOf = (text: string): number[] => [...text].map(Number);

/** Letters as two digits, A = 10 to Z = 35, as ISO 7064 and ISO 6166 expand them. */
const expanded = (text: string): string => [...text].map((one) => DIGITS_AND_LETTERS.indexOf(one)).join('');

/** ISO 7064 MOD 97-10, of text in capitals: the whole leaves 1. */
export const mod97 = (text: string): boolean => BigInt(expanded(text)) % 97n === 1n;

/** ISO 13616: the four characters in front are read last. */
export const iban = (text: string): boolean => mod97(text.slice(4) + text.slice(0, 4));

/** ISO 6166: every second digit from the right is doubled, after letters were expanded. */
export const isin = (text: string): boolean => {
  const doubled = digitsOf(expanded(text))
    .reverse()
    .map((digit, index) => (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2));
  return sum(doubled) % 10 === 0;
};

/** IMO Resolution A.1117(30): six digits by 7 to 2, the last digit of the sum is the seventh. */
export const imo = (text: string): boolean =>
  weighed(digitsOf(text.slice(0, 6)), [7, 6, 5, 4, 3, 2]) % 10 === Number(text[6]);

const VIN_VALUES: Readonly<Record<string, number>> = Object.fromEntries(
  ['0', '1AJ', '2BKS', '3CLT', '4DMU', '5ENV', '6FW', '7GPX', '8HY', '9RZ'].flatMap((same, value) =>
    [...same].map((one) => [one, value]),
  ),
);

/** 49 CFR 565.15(c): modulo 11 in the ninth place, 10 is X. Compulsory in North America only. */
export const vin = (text: string): boolean => {
  const values = [...text].map((one) => VIN_VALUES[one] ?? 0);
  return '0123456789X'[weighed(values, [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2]) % 11] === text[8];
};

/** Banco de México, Circular 13/2017: each product modulo 10, weights 3 7 1. */
export const clabe = (text: string): boolean => {
  const products = digitsOf(text.slice(0, 17)).map((digit, index) => (digit * ([3, 7, 1][index % 3] ?? 0)) % 10);
  return (10 - (sum(products) % 10)) % 10 === Number(text[17]);
};

const closesBlock = (block: string): boolean => {
  const [check = 0, ...digits] = digitsOf(block).reverse();
  return (weighed(digits, [3, 1, 7, 9]) + check) % 10 === 0;
};

/** Banco Central de la República Argentina, SINAP: bank and branch, and account, each with its own digit. */
export const cbu = (text: string): boolean => closesBlock(text.slice(0, 8)) && closesBlock(text.slice(8));

const CADASTRAL_WEIGHTS = [13, 15, 12, 5, 4, 17, 9, 21, 3, 7, 1];
const cadastralLetter = (text: string): string | undefined => {
  const values = [...text].map((one) =>
    /\d/.test(one) ? Number(one) : 'ABCDEFGHIJKLMNÑOPQRSTUVWXYZ'.indexOf(one) + 1,
  );
  return 'MQWERTYUIOPASDFGHJKLBZX'[weighed(values, CADASTRAL_WEIGHTS) % 23];
};

/** Dirección General del Catastro: parcel and sheet, each with the number of the charge, give one letter of the two. */
export const cadastralOfSpain = (text: string): boolean => {
  const charge = text.slice(14, 18);
  return (
    cadastralLetter(text.slice(0, 7) + charge) === text[18] && cadastralLetter(text.slice(7, 14) + charge) === text[19]
  );
};

/** Of the product; package.json of the repository says the same. */
export const VERSION = '0.1.0';

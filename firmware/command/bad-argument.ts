/** An argument that cannot be used: what was given, and what would be right. */
export class BadArgument extends Error {}

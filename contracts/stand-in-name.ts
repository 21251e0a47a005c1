/** The name under which a branch's stand-in speaks. */
export const STAND_IN_SUFFIX = '-standin';

/** The line that a branch's own box has in the cloud, as a target of its carrier. */
export const cloudLineOf = (box: string): string => `${box}-cloud`;

export const standInOf = (box: string): string => `${box}${STAND_IN_SUFFIX}`;
export const isStandIn = (name: string): boolean => name.endsWith(STAND_IN_SUFFIX);
/** Whose branch it is, of a box or of a stand-in. */
export const branchOf = (name: string): string =>
  isStandIn(name) ? name.slice(0, -STAND_IN_SUFFIX.length) : name;

/** The flags of Node that the box's service is started with. */
export const BOX_FLAGS: readonly string[] = [];

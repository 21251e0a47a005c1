/** A release on its way from headquarters to a box. */

/** Where the archive lies, at headquarters' listener for releases. */
export const releasePathOf = (release: { readonly version: string; readonly architecture: string }): string =>
  `/releases/${release.version}/${release.architecture}`;

/** Why a release is not taken in, or not ordered: what is wrong, where, and what would be right. */
import type { KeptRelease } from '@branchline/contracts/http/releases';
import { HttpProblem } from '@branchline/runtime/web/problem';

export const NO_KEYS = new HttpProblem(409, {
  code: 'no-release-keys',
  message: 'Headquarters knows no key by which a release could be believed.',
  field: 'BRANCHLINE_HQ_RELEASE_KEYS',
  remedy:
    "Put the public key (NAME.pub of 'npm run release -- keygen') in a folder, and name that in the setting.",
});

export const BEING_TAKEN = new HttpProblem(409, {
  code: 'release-being-taken',
  message: 'A release is being taken in just now.',
  remedy: 'Try again when it is here.',
});

export const tooLarge = (atMost: number): HttpProblem =>
  new HttpProblem(413, {
    code: 'body-too-large',
    message: `The archive is larger than ${atMost} bytes.`,
    field: 'body',
    remedy: 'Is it a release? One has some tens of megabytes.',
  });

export const noRoom = (dir: string): HttpProblem =>
  new HttpProblem(507, {
    code: 'no-room',
    message: `The disk of ${dir} has no room for it.`,
    field: 'body',
    remedy: 'Drop a release that no box is to be given any more, or make room.',
  });

/** @param why as the reader of archives says it */
export const notSigned = (why: string): HttpProblem =>
  new HttpProblem(400, {
    code: 'release-refused',
    message: `This is no release that a known key signed: ${why}.`,
    field: 'body',
    value: why.slice(0, 200),
    remedy:
      "Send what 'npm run release -- build' made, signed by a key whose public half is in BRANCHLINE_HQ_RELEASE_KEYS.",
  });

export const otherThere = ({ version, architecture, sha256 }: KeptRelease): HttpProblem =>
  new HttpProblem(409, {
    code: 'release-taken',
    message: `Headquarters has another release ${version} for ${architecture} (sha256 ${sha256}).`,
    field: 'body',
    value: version,
    remedy: 'Give the new one a version of its own; boxes may have the one that is here.',
  });

export const notGzip = (type: string | null): HttpProblem =>
  new HttpProblem(415, {
    code: 'not-gzip',
    message: 'The body must be a release, as it is.',
    field: 'header.content-type',
    value: type,
    remedy: 'Send the archive with Content-Type: application/gzip.',
  });

export const notHere = (version: string, architecture: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'no-such-release',
    message: `Headquarters has no release ${version} for ${architecture}.`,
    field: 'body.version',
    value: version,
    remedy: 'Bring it (POST /api/releases), or give one that GET /api/releases lists.',
  });

export const whichMachine = (box: string): HttpProblem =>
  new HttpProblem(409, {
    code: 'architecture-unknown',
    message: `${box} has not said for which machine its software is.`,
    field: 'body.architecture',
    remedy: "Say it: x64 or arm64. A box of an earlier release does not tell; 'uname -m' at the box does.",
  });

/** The text of a document with other values in it. Pure. */
import { differenceOf, isSame, type Change } from '@branchline/contracts/branch/difference';
import { asYaml, changeYaml, readYaml } from '@branchline/runtime/yaml-text';

/** With the remarks of whoever wrote it, where the text lets itself be changed so. */
export function rewritten(
  text: string,
  wanted: unknown,
  changes: readonly Change[] = differenceOf(valueOf(text), wanted),
): string {
  if (changes.length === 0) return text;
  try {
    const edited = changeYaml(text, changes);
    if (isSame(valueOf(edited), wanted)) return edited;
  } catch {
    // A field beneath an alias, for one, cannot be changed in its place.
  }
  return asYaml(wanted);
}

/** Undefined where the text is no YAML. */
export function valueOf(source: string): unknown {
  const read = readYaml(source);
  return read.ok ? read.value : undefined;
}

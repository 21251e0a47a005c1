/** Phones that fit what was typed. Pure. */
import type { LivePhone } from '@branchline/contracts/live';

export function fitting(phones: readonly LivePhone[], typed: string): readonly LivePhone[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return phones;
  return phones.filter((phone) =>
    [phone.id, phone.model, phone.extension, phone.person?.zh, phone.person?.en].some((value) =>
      value?.toLowerCase().includes(wanted),
    ),
  );
}

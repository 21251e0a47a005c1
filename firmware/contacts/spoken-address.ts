/** Which box this is and where its page is found, as it is said on the telephone. Pure. */
import type { Language, LocalText } from '@branchline/contracts/branch/model';

const DOT = { zh: '点', en: 'dot' } as const;
/** On the telephone a Chinese one is yāo, so that it is not heard as seven. */
const DIGITS = { zh: '零幺二三四五六七八九', en: '0123456789' } as const;

/** @param addresses 'address:port' each; of several the first is said */
export function spokenAddress(name: LocalText, addresses: readonly string[], language: Language): string {
  const [first] = addresses;
  const at = first?.lastIndexOf(':') ?? -1;
  const [host, port] = [first?.slice(0, at), first?.slice(at + 1)].map((part) =>
    spelled(part ?? '', language),
  );
  if (language === 'zh') {
    const where = host === '' ? '管理页面没有可用的地址。' : `管理页面的地址是：${host}，端口：${port}。`;
    return `这里是${name.zh}的电话设备。${where}`;
  }
  const where = host === '' ? 'Its page has no address.' : `Its page is at ${host}, port ${port}.`;
  return `This is the telephone box of ${name.en}. ${where}`;
}

/** Sign by sign, with room between them. */
const spelled = (text: string, language: Language): string =>
  Array.from(text, (sign) => (sign === '.' ? DOT[language] : (DIGITS[language][Number(sign)] ?? sign))).join(
    ' ',
  );

/** The catalogue of one language; the other is not loaded until somebody asks for it. */
import type { Language, Words } from '../../words/words.ts';

export async function fetchWords(language: Language): Promise<Words> {
  return language === 'zh' ? (await import('../../words/zh.ts')).zh : (await import('../../words/en.ts')).en;
}

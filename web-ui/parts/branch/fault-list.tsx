/** What is wrong with a branch document, each fault with path, value and remedy. */
import { faultText, type Fault, type FaultCode } from '@branchline/contracts/branch/faults';
import { useWords } from '../door/context.ts';
import { Mark } from '../show/mark.tsx';
import './fault-list.css';

/** A fault as it came over the wire: a newer service may know codes that this page does not. */
export type WireFault = Omit<Fault, 'code' | 'value'> & { readonly code: string; readonly value?: unknown };

export function FaultList({ faults }: { faults: readonly WireFault[] }) {
  const { t, language } = useWords();
  return (
    <ul className="faults">
      {faults.map((fault, index) => (
        <li key={index} data-testid="fault" data-path={fault.path}>
          <Mark shape={fault.severity === 'error' ? 'bad' : 'warn'}>
            {t(fault.severity === 'error' ? 'setup.error' : 'setup.warning')}
          </Mark>
          <span>{textOf(fault, language)}</span>
        </li>
      ))}
    </ul>
  );
}

function textOf(fault: WireFault, language: 'zh' | 'en'): string {
  try {
    return faultText({ ...fault, code: fault.code as FaultCode }, language);
  } catch {
    return `${fault.path}: ${fault.expected}`;
  }
}

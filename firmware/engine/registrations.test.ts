import { expect, test } from 'vitest';
import { readRegistrations } from './registrations.ts';

/** As Asterisk 22.10.1 prints it. */
const TABLE = `
 <Registration/ServerURI..............................>  <Auth....................>  <Status.......>
==========================================================================================

 gw-cloud/sip:sip.carrier.example:5061;transport=tls     gw-cloud                    Registered        (exp. 283s)
 gw-second/sip:a-very-long-name-of-a-carrier.example:5   gw-second                   Rejected          (exp. 12s)
 gw-third/sip:203.0.113.7:5060                           gw-third                    Unregistered
 of-somebody-else/sip:203.0.113.7:5060                   n/a                         Registered        (exp. 3s)
 gw-fourth/sip:203.0.113.7:5060                          gw-fourth                   Puzzled

Objects found: 5

`;

test('the table tells how each line stands, whatever its address is cut to', () => {
  expect(readRegistrations(TABLE)).toEqual([
    { line: 'cloud', state: 'registered' },
    { line: 'second', state: 'failed' },
    { line: 'third', state: 'trying' },
  ]);
});

test.each(['', 'No objects found.\n', 'No such command\n'])('%j tells of none', (said) => {
  expect(readRegistrations(said)).toEqual([]);
});

import { INSIDE, type EngineSite } from '../settings.ts';
import { file, section } from './text.ts';

export function asteriskConf({ birth }: EngineSite): string {
  return file(
    section('directories', [
      ['astetcdir', INSIDE.etc],
      ['astvarlibdir', INSIDE.state],
      ['astdbdir', INSIDE.state],
      ['astkeydir', INSIDE.state],
      ['astdatadir', INSIDE.data],
      ['astspooldir', INSIDE.spool],
      ['astrundir', INSIDE.run],
      ['astlogdir', INSIDE.log],
    ]),
    section('options', [
      ['systemname', birth.id],
      ['nocolor', true],
      ['verbose', 0],
      ['debug', 0],
      // Without them ARI and SIP peers could reach the file system and the shell through dial plan functions.
      ['live_dangerously', false],
      ['disable_remote_console_shell', true],
      ['hideconnect', true],
      // A prompt in one language may be missing in another: the engine then says nothing rather than something wrong.
      ['internal_timing', true],
    ]),
  );
}

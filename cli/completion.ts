import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What can be typed: the commands, and the options of each. */
interface Words {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly { readonly flag: string; readonly summary: string }[];
}

/** A script for the shell, made from the very commands that it completes. It runs nothing. */
export function completionScript(shell: Shell, program: Command): string {
  const general = wordsOf(program);
  const commands = program.commands.map((command) => wordsOf(command));
  switch (shell) {
    case 'bash':
      return bash(general, commands);
    case 'zsh':
      return zsh(general, commands);
    case 'fish':
      return fish(general, commands);
  }
}

function wordsOf(command: Command): Words {
  const options = command.options.map(({ long, description }) => ({ flag: long!, summary: description }));
  return {
    name: command.name(),
    summary: command.description(),
    options: [...options, { flag: '--help', summary: 'what it takes' }],
  };
}

function flags({ options }: Words): string {
  return options.map(({ flag }) => flag).join(' ');
}

function bash(general: Words, commands: readonly Words[]): string {
  const names = commands.map(({ name }) => name);
  const cases = commands.map((command) => `      ${command.name}) words="$words ${flags(command)}" ;;`);
  return `_iam_lifecycle() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words="${flags(general)}" word command=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case " ${names.join(' ')} " in *" $word "*) command="$word"; break ;; esac
  done
  if [ -z "$command" ]; then
    words="$words ${names.join(' ')}"
  else
    case "$command" in
${cases.join('\n')}
    esac
  fi
  COMPREPLY=()
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) [ -z "$command" ] && COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _iam_lifecycle iam-lifecycle
`;
}

function zsh(general: Words, commands: readonly Words[]): string {
  const named = commands.map(({ name, summary }) => `    ${quote(`${name}:${summary}`)}`);
  const cases = commands.map((command) => `      ${command.name}) options+=(${flags(command)}) ;;`);
  return `#compdef iam-lifecycle
_iam_lifecycle() {
  local -a names options
  names=(
${named.join('\n')}
  )
  options=(${flags(general)})
  local word command=""
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case " ${commands.map(({ name }) => name).join(' ')} " in *" $word "*) command="$word"; break ;; esac
  done
  if [[ -z "$command" ]]; then
    _describe command names
  else
    case "$command" in
${cases.join('\n')}
    esac
  fi
  if [[ "$PREFIX" == -* ]]; then compadd -- $options; elif [[ -n "$command" ]]; then _files; fi
}
if [[ "$funcstack[1]" == "_iam_lifecycle" ]]; then _iam_lifecycle "$@"; else compdef _iam_lifecycle iam-lifecycle; fi
`;
}

function fish(general: Words, commands: readonly Words[]): string {
  const complete = 'complete -c iam-lifecycle';
  const option = (condition: string) => (each: Words['options'][number]) =>
    `${complete}${condition} -l ${each.flag.slice(2)} -d ${quote(each.summary)}`;
  return [
    ...general.options.map(option('')),
    ...commands.map(
      ({ name, summary }) => `${complete} -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ),
    ...commands.flatMap(({ name, options }) =>
      options.map(option(` -n '__fish_seen_subcommand_from ${name}'`)),
    ),
    '',
  ].join('\n');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

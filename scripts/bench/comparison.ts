import { type Measure, type PhaseName, type ToolName, phaseNames, toolNames } from './incumbent.js';

/** One operation at one size: what each tool took, the median of all rounds. */
export interface Comparison {
  readonly users: number;
  readonly phase: PhaseName;
  readonly of: Readonly<Record<ToolName, Figures>>;
}

type Figures = Pick<Measure, 'calls' | 'seconds' | 'waitedSeconds' | 'peakMb'>;

export function compare(measures: readonly Measure[]): Comparison[] {
  const sizes = [...new Set(measures.map(({ users }) => users))].toSorted((a, b) => a - b);
  return sizes.flatMap((users) =>
    phaseNames.map((phase) => {
      const figures = toolNames.map((tool) => {
        const same = measures.filter((one) => one.users === users && one.phase === phase);
        return [tool, mediansOf(same.filter((one) => one.tool === tool))] as const;
      });
      return { users, phase, of: Object.fromEntries(figures) as Record<ToolName, Figures> };
    }),
  );
}

function mediansOf(rounds: readonly Measure[]): Figures {
  const of = (figure: (one: Measure) => number) => median(rounds.map(figure));
  return {
    calls: of(({ calls }) => calls),
    seconds: of(({ seconds }) => seconds),
    waitedSeconds: of(({ waitedSeconds }) => waitedSeconds),
    peakMb: rounds.some(({ peakMb }) => peakMb === null) ? null : of(({ peakMb }) => peakMb!),
  };
}

/** Of an even number the higher of the two in the middle. */
function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

export const comparisonHead = [
  'users',
  'operation',
  'calls: Terraform',
  'ours',
  'ratio',
  'seconds: Terraform',
  'ours',
  'ratio',
  'peak MB: Terraform',
  'ours',
  'ratio',
];

/** A ratio above 1 means that Terraform took more. What we waited on purpose is told apart and is in no ratio but its own. */
export function comparisonRow({ users, phase, of }: Comparison): string[] {
  const { Terraform: theirs, 'iam-lifecycle': ours } = of;
  const worked = ours.seconds - ours.waitedSeconds;
  const waited = ours.waitedSeconds > 0 ? ` + ${ours.waitedSeconds} waited` : '';
  return [
    String(users),
    phase,
    String(theirs.calls),
    String(ours.calls),
    ratio(theirs.calls, ours.calls),
    theirs.seconds.toFixed(1),
    worked.toFixed(1) + waited,
    ratio(theirs.seconds, worked) + (waited === '' ? '' : ` (${ratio(theirs.seconds, ours.seconds)})`),
    megabytes(theirs.peakMb),
    megabytes(ours.peakMb),
    theirs.peakMb === null || ours.peakMb === null ? '-' : ratio(theirs.peakMb, ours.peakMb),
  ];
}

function ratio(theirs: number, ours: number): string {
  return (theirs / ours).toFixed(theirs / ours < 1 ? 2 : 1);
}

const megabytes = (value: number | null): string => value?.toFixed(0) ?? '-';

import type { PlantedBug } from './planted-bugs.js';

/** In what ends sessions and answers leaked keys. */
export const plantedInLeaving: readonly PlantedBug[] = [
  {
    name: 'nobody looks for a version of a revocation policy that came between',
    file: 'functions/shell/revoke-sessions.ts',
    find: '      if (made === newest + 1) return outlook;\n',
    replace: '      return outlook;\n',
    breaks: /F4/,
    sim: '--scenario sessions',
  },
  {
    name: 'a version of a policy that IAM does not show yet is taken for deleted',
    file: 'functions/core/revocation/versions.ts',
    find: '  if (isTorn || versions.filter(',
    replace: '  if (versions.length > 0) return -Infinity;\n  if (isTorn || versions.filter(',
    breaks: /F4/,
    sim: '--seeds 400 --first --only sessions',
  },
  {
    name: 'a new revocation forgets the earlier ones',
    file: 'functions/core/revocation/plan.ts',
    find: 'const known = latestOfEach([...inForce, ...role.earlier.filter(isAlive)]);',
    replace: 'const known = latestOfEach([]);',
    breaks: /F4/,
    sim: '--scenario sessions',
  },
  {
    name: 'sessions are revoked once the powers are gone, and a crash between the two forgets them',
    file: 'functions/offboard.ts',
    find: '    const runner = {\n      ...deps,\n      rules,\n      evidenceBucket: env.EVIDENCE_BUCKET,\n      beforeContainment: (user: UserFacts) => askToRevoke(user, deps),\n    };\n    const { at, steps, seen } = await convergeOffboarding(name, request, lease, runner);\n',
    replace:
      '    const late: UserFacts[] = [];\n    const runner = {\n      ...deps,\n      rules,\n      evidenceBucket: env.EVIDENCE_BUCKET,\n      beforeContainment: async (user: UserFacts) => void late.push(user),\n    };\n    const { at, steps, seen } = await convergeOffboarding(name, request, lease, runner);\n    for (const user of late) await askToRevoke(user, deps);\n',
    breaks: /F4/,
    sim: '--seeds 400 --first --only sessions',
  },
  {
    name: 'a leaked key is deactivated and its user is not denied: sessions of the key live on',
    file: 'functions/core/response.ts',
    find: '  const denies = active.length > 0 && !isDenied(seen, user);\n',
    replace: '  const denies = active.length > 99 && !isDenied(seen, user);\n',
    breaks: /K2/,
    sim: '--scenario leak',
  },
  {
    name: 'of an event about leaked keys only the first affected entity is read',
    file: 'functions/shell/respond-messages.ts',
    find: '  const all = [...new Set(values)];\n',
    replace: '  const all = values.slice(0, 1);\n',
    breaks: /goal|L1/,
    sim: '--scenario leak',
  },
  {
    name: 'the deny is lifted while sessions of the leaked key live',
    file: 'functions/core/response.ts',
    find: '    ...(sessionsLive && obstacle === null ? denySessions(seen, user, rules) : []),\n',
    replace: '',
    breaks: /K4/,
    sim: '--scenario leak',
  },
];

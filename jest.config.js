/** Tests run as ESM; the `.js` specifiers of the sources are mapped back to the `.ts` files. */
export default {
  testEnvironment: 'node',
  // The suites are bound by the processor; jest would leave one of two cores idle.
  maxWorkers: '100%',
  // Tests judge results, never time: the limit only ends what hangs.
  testTimeout: 120_000,
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};

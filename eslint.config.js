import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const services = ['{contracts,runtime,provisioning,firmware,stand-in,controller,lab,tests,tools}/**/*.ts'];
const ENV_FILES = [
  'firmware/settings.ts',
  'controller/settings.ts',
  'stand-in/settings.ts',
  'lab/settings.ts',
  'tools/**',
  'tests/**',
  '**/*.test.ts',
  '**/bed/**',
];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.branchline/**', '**/*.generated.ts'] },
  js.configs.recommended,
  {
    files: [...services, 'web-ui/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_' },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      'max-lines': ['error', { max: 500 }],
      'max-lines-per-function': ['error', { max: 80, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', '**/bench.ts', 'tests/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['web-ui/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: { ...hooks.configs.recommended.rules },
  },
  {
    files: services,
    ignores: ENV_FILES,
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read in settings.ts of each service, nowhere else.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.name='setTimeout']",
          message: 'A test waits for the thing, not for time.',
        },
      ],
    },
  },
  {
    files: ['**/*.cjs', '**/*.mjs', 'tools/setup/*.mjs'],
    languageOptions: {
      globals: { module: 'writable', console: 'readonly', process: 'readonly', URL: 'readonly' },
    },
  },
);

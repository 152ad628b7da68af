import { describe, expect, test } from 'vitest'
import { wrongImport, wrongImports } from './imports.ts'

describe('imports between workspaces', () => {
  test.each([
    ['gateway/src/start.ts', '@x4pn/contracts'],
    ['gateway/src/start.ts', '@x4pn/gateway-api'],
    ['gateway/src/start.ts', './config.ts'],
    ['gateway/api/src/info.ts', '@x4pn/contracts'],
    ['dapp/engine/src/join.ts', '@x4pn/gateway-api'],
    ['ops/src/start.ts', '@x4pn/client'],
    ['ops/src/start.ts', '@x4pn/contracts/testing'],
    ['contracts/ts/index.ts', 'viem'],
  ])('%s may import %s', (file, specifier) => {
    expect(wrongImport(file, specifier)).toBeUndefined()
  })

  test.each([
    ['contracts/ts/index.ts', '@x4pn/gateway-api'],
    ['gateway/api/src/info.ts', '../../src/config.ts'],
    ['gateway/src/start.ts', '@x4pn/client'],
    ['gateway/src/start.ts', '../../ops/src/wait.ts'],
    ['dapp/engine/src/join.ts', '@x4pn/ops'],
    ['dapp/engine/src/join.ts', '../../../gateway/src/keys.ts'],
    ['subgraph/scripts/test.ts', '@x4pn/client'],
  ])('%s may not import %s', (file, specifier) => {
    expect(wrongImport(file, specifier)).toContain('may not import from')
  })

  test('none goes the wrong way today', async () => {
    expect(await wrongImports()).toEqual([])
  })
})

// Foundry's own binaries. npm's wrappers around them always exit 0, and do not pass on the death of who started them.
import { join } from 'node:path'
import { ROOT } from './paths.ts'

const foundry = (tool: 'anvil' | 'forge') => join(ROOT, `node_modules/@foundry-rs/${tool}-linux-amd64/bin/${tool}`)

export const ANVIL = foundry('anvil')
export const FORGE = foundry('forge')

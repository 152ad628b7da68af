// The configuration's file: lines of NAME=value, or a JSON object; the same names and the same schema as the environment.
import { readFileSync } from 'node:fs'

/** Values of a file that is named in X4PN_CONFIG. Throws an `Error` that names the file and the line. */
export function readConfigFile(path: string): Record<string, string> {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new Error(`The file of X4PN_CONFIG, ${path}, cannot be read (${(cause as { code?: string }).code}).`)
  }
  const values = path.endsWith('.json') ? parseJson(content, path) : parseLines(content, path)
  // In a file of its own a name that is not ours is a slip, unlike in the environment.
  const foreign = Object.keys(values).filter((name) => !name.startsWith('X4PN_') || name === 'X4PN_CONFIG')
  if (foreign.length > 0) throw new Error(`${path}: unknown: ${foreign.join(', ')}`)
  return values
}

function parseJson(content: string, path: string): Record<string, string> {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch {
    throw new Error(`${path} is not JSON.`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error(`${path} does not hold one JSON object.`)
  }
  return Object.fromEntries(
    Object.entries(parsed).map(([name, value]) => {
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new Error(`${path}: ${name} is no text or number.`)
      return [name, String(value)]
    }),
  )
}

function parseLines(content: string, path: string): Record<string, string> {
  const values: Record<string, string> = {}
  for (const [index, raw] of content.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const at = line.indexOf('=')
    if (at < 1) throw new Error(`${path}, line ${index + 1}: NAME=value is expected.`)
    const name = line.slice(0, at).trim()
    if (name in values) throw new Error(`${path}, line ${index + 1}: ${name} is there twice.`)
    values[name] = line
      .slice(at + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
  }
  return values
}

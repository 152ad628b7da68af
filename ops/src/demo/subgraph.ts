// What the subgraph says about one stream.

export type IndexedStream = { settled: string; deposit: string; refund: string; status: string }

export async function indexedStream(queryUrl: string, stream: string): Promise<IndexedStream | undefined> {
  const query = `{ stream(id: "${stream}") { settled deposit refund status } }`
  const response = await fetch(queryUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await response.json()) as { data?: { stream: IndexedStream | null }; errors?: unknown }
  if (!data) throw new Error(`the subgraph refused: ${JSON.stringify(errors)}`)
  return data.stream ?? undefined
}

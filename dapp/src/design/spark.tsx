// The last minute of throughput, one bar a second.
const SECONDS = 60

export function Spark({ values, label }: { values: readonly number[]; label: string }) {
  const top = Math.max(...values, 1)
  const shown = values.slice(-SECONDS)
  return (
    <svg className="spark" viewBox={`0 0 ${SECONDS} 20`} preserveAspectRatio="none" role="img" aria-label={label}>
      {shown.map((value, index) => {
        const height = Math.max((value / top) * 20, 0.35)
        // The place counts, not the value: bars move to the left as time goes.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        return <rect key={index} x={SECONDS - shown.length + index} y={20 - height} width={0.72} height={height} />
      })}
    </svg>
  )
}

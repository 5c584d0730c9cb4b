import type { Answer, QueryBody } from "@/api/types";
import { Headline } from "@/product/number/Metric";
import { columnsOf, comparedWith, marksIn, numberOf } from "./answer";
import "./answer.css";

/** The answer of a question without groups: each metric as a large number with its comparisons. */
export function AnswerHeadlines({ answer, query }: { answer: Answer; query: QueryBody }) {
  const row = answer.rows[0] ?? [];
  const marks = marksIn(answer);
  return (
    <div className="headlines">
      {columnsOf(answer, "metric").map((column) => (
        <Headline
          key={column.name}
          metric={column.name}
          label={column.label}
          value={numberOf(row[column.index])}
          format={column.format}
          unit={column.unit}
          direction={column.direction}
          origin={{ query, cell: {} }}
          asOf={answer.as_of}
          n={answer.n[column.name]}
          marks={marks(row, column.name)}
          compared={comparedWith(answer, row, column.name)}
        />
      ))}
    </div>
  );
}

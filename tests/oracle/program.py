"""The program under test, one process per question."""

import json
import subprocess


class Program:
    def __init__(self, exe, project):
        self.exe, self.project = str(exe), str(project)

    def run(self, *arguments):
        """Standard output; a failing command is an error with its message."""
        command = [self.exe, "-C", self.project, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, arguments))}: exit {done.returncode}: {done.stderr.strip()[-800:]}")
        return done.stdout

    def query(self, check):
        """Rows of a check, in the order group-bys, metrics."""
        arguments = ["query", "--metrics", ",".join(check.metrics), "--format", "json"]
        if check.group_by:
            arguments += ["--group-by", ",".join(check.group_by)]
        for text in check.where:
            arguments += ["--where", text]
        for flag, value in [("--start-time", check.start), ("--end-time", check.end), ("--limit", check.limit)]:
            if value is not None:
                arguments += [flag, value]
        if check.compare:
            arguments += ["--compare", ",".join(check.compare)]
        if check.order:
            arguments.append("--order=" + ",".join(check.order))
        answer = json.loads(self.run(*arguments))
        names = [column["name"] for column in answer["columns"]]
        places = [names.index(name) for name in check.group_by + (check.columns or check.metrics)]
        return [[row[place] for place in places] for row in answer["rows"]]

    def rows(self, metric, group_by, cell, start, end, source):
        """All source rows of one input of a cell, as CSV text."""
        arguments = ["rows", "--metric", metric, "--group-by", ",".join(group_by), "--all", "--format", "csv"]
        arguments += ["--start-time", start, "--end-time", end, "--input", source]
        for name, value in cell.items():
            arguments += ["--cell", f"{name}={value}"]
        return self.run(*arguments)

    def assess(self, scheme, period, subject=None):
        """The scorecard's JSON text."""
        arguments = ["assess", "--scheme", scheme, "--period", period, "--format", "json"]
        return self.run(*arguments, *(["--subject", subject] if subject else []))

/// The pipeline that `switchyard init` writes: short, commented, and fit to run anywhere.
enum StarterPipeline {
    /// What editors check the file against: a path beside the pipeline, or a URL.
    static let schema = "switchyard.schema.json"

    /// The text of the file.
    ///
    /// - Parameters:
    ///   - id: see ``id(for:)``.
    ///   - file: the file as commands name it, fit for a shell and for a comment.
    static func text(id: String, file: String, schema: String = Self.schema) -> String {
        #"""
        # yaml-language-server: $schema=\#(schema)
        #
        # A first pipeline, to be changed into your own. It needs no network and no keys:
        #
        #   switchyard validate \#(file)                 find mistakes, with their place
        #   switchyard plan \#(file)                     see what waits for what
        #   switchyard run \#(file)                      run it in the dashboard
        #   switchyard run \#(file) --input times=5      with another input
        version: 1
        id: \#(id)
        name: A first pipeline

        # What a run is given. An input without a default must be given; in a terminal, `run` asks for it.
        inputs:
          name:
            type: string
            default: world
            pattern: '[\p{L} .-]+'
            max: 40
            description: Whom to greet
          times: {type: integer, default: 3, min: 1, max: 10, description: How often}
          # A secret never stands in this file, only where it is to be found; steps read it as secrets.token:
          # token: {type: secret, default: env:MY_TOKEN}

        # What every step inherits unless it says otherwise.
        defaults:
          timeout: 1m

        steps:
          # A shell script. What it prints is its output; a status other than 0 is a failure. `pure` says that it changes
          # nothing, so that it may simply be run again after a crash.
          - id: machine
            run: uname -sr
            effect: pure

          # Each hole {{ … }} becomes one quoted word: nothing that a person types as the name is read as code.
          # This step waits for nothing, so it runs beside `machine`.
          - id: greet
            run: |
              for number in $(seq {{ inputs.times }}); do
                echo "$number: Hello" {{ inputs.name }}
              done
            effect: pure

          # A tool instead of a script. It refers to both steps above, and so waits for them.
          - id: report
            tool: file.write
            with:
              path: out/greeting.txt
              content: |
                {{ steps.greet.output }}
                This is {{ steps.machine.output }}.
            effect: idempotent

          # Fails at first and is tried again: `retry` counts all attempts. `needs` waits without a reference.
          - id: unsteady
            needs: [report]
            run: |
              if mkdir out/first-attempt 2>/dev/null; then
                echo "not ready yet" >&2
                exit 1
              fi
              echo ready
            retry: {max_attempts: 3, backoff: {initial: 500ms, jitter: none}}

          # Runs only if its condition is true; otherwise it is skipped, and its output is null.
          - id: many
            when: ${{ inputs.times > 5 }}
            run: echo "that is a lot of greetings"

          # Its failure does not stop the run. Without `on_failure` it would.
          - id: optional
            run: test -e /a/file/that/is/not/there
            on_failure: continue

        # Runs at the end, also after a failure or a cancellation.
        finally:
          - id: tidy
            run: rm -rf out/first-attempt

        # The result of the run, which `switchyard show` prints.
        outputs:
          report: ${{ steps.report.output.path }}
          optional: ${{ steps.optional.status }}

        """#
    }

    /// The id of a pipeline in the file at `path`: its name as far as an id can hold it.
    static func id(for path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let stem = name.split(separator: ".").first ?? ""
        var id = ""
        for character in stem.lowercased() {
            let fits = character.isASCII && (character.isLetter || character.isWholeNumber || "_-".contains(character))
            id.append(fits ? character : "-")
        }
        id = String(id.drop { "_-".contains($0) })
        return id.contains { $0.isLetter || $0.isWholeNumber } ? id : "pipeline"
    }
}

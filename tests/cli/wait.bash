# wait.bash: for tests that start a process.

# wait_for COMMAND...: until it succeeds, for half a minute.
wait_for() {
	for _ in $(seq 150); do
		"$@" && return 0
		sleep 0.2
	done
	return 1
}

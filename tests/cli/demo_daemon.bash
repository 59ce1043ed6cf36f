# demo_daemon.bash: a hub over the scripted book, for tests of commands that ask a daemon.

demo_start() {
	mkfifo "$BATS_FILE_TMPDIR/orders"
	"$HUB_DEMO" 0 <>"$BATS_FILE_TMPDIR/orders" >"$BATS_FILE_TMPDIR/address" 3>&- &
	echo $! >"$BATS_FILE_TMPDIR/pid"
	for _ in $(seq 100); do
		[ -s "$BATS_FILE_TMPDIR/address" ] && break
		sleep 0.1
	done
	address=$(cat "$BATS_FILE_TMPDIR/address")
	export PLIMSOLL_API=${address%/}
}

demo_order() {
	echo "$1" >"$BATS_FILE_TMPDIR/orders"
	sleep 0.5
}

demo_stop() {
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

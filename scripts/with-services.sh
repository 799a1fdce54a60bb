#!/usr/bin/env bash
# with-services.sh COMMAND...: runs the command next to a throw-away PostgreSQL and Redis on free ports, and stops them
# whatever happens. The command finds them at
#   FANFARE_TEST_POSTGRES_URL          over TCP
#   FANFARE_TEST_POSTGRES_SOCKET_URL   over a Unix socket
#   FANFARE_TEST_REDIS_URL
# The servers' logs are kept when the command fails.
set -euo pipefail

# Directly below /tmp: a Unix socket's path has at most 107 bytes, and the unprivileged user must be able to enter.
folder=$(mktemp -d /tmp/fanfare-services.XXXXXX)
chmod 0711 "$folder"
servers=()

stop() {
  local status=$?
  trap - EXIT INT TERM HUP
  for pid in "${servers[@]}"; do kill -INT "$pid" 2>/dev/null || true; done
  wait "${servers[@]}" 2>/dev/null || true
  if [ "$status" = 0 ]; then
    rm -rf "$folder"
  else
    rm -rf "$folder/postgres" "$folder/redis"
    echo "logs of PostgreSQL and Redis: $folder" >&2
  fi
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# PostgreSQL refuses root. `--pdeathsig` stops a server even where no trap runs: when this script is killed.
as_server=(env)
if command -v setpriv >/dev/null; then
  as_server=(setpriv --pdeathsig INT)
  [ "$(id -u)" != 0 ] || as_server+=(--reuid=nobody --regid="$(id -g nobody)" --clear-groups)
  as_server+=(--)
fi

free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000)) # below the range that the system hands out
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# wait_for NAME PID LOG COMMAND...: until the command succeeds, for 30 s, as long as the server lives.
wait_for() {
  local name=$1 pid=$2 log=$3
  shift 3
  for _ in $(seq 300); do
    if "$@" >/dev/null 2>&1; then return; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "$name did not start:" >&2
  tail -n 20 "$log" >&2
  exit 1
}

folder_of_server() {
  mkdir -m 0700 "$1"
  [ "$(id -u)" != 0 ] || chown nobody "$1"
}

start_postgres() {
  local bin port password
  # Debian keeps the servers of all versions here; what stands on the PATH may be a wrapper.
  bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)
  [ -n "$bin" ] || bin=$(dirname "$(command -v initdb)")
  port=$(free_port)
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')

  folder_of_server "$folder/postgres"
  "${as_server[@]}" tee "$folder/postgres/password" <<<"$password" >/dev/null
  # `password` and not SCRAM: its thousands of hashes cost a debug build of the client a tenth of a second a connection.
  (cd / && "${as_server[@]}" "$bin/initdb" --pgdata="$folder/postgres/data" --username=fanfare --encoding=UTF8 \
    --locale=C --auth-local=trust --auth-host=password --pwfile="$folder/postgres/password" --no-sync) \
    >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }

  # Nothing here has to survive a power cut; what the tests check is the server's death, not the disk's.
  (cd / && exec "${as_server[@]}" "$bin/postgres" -D "$folder/postgres/data" -p "$port" \
    -c listen_addresses=127.0.0.1 -c unix_socket_directories="$folder/postgres" -c unix_socket_permissions=0700 \
    -c max_connections=300 -c shared_buffers=128MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off) \
    >"$folder/postgres.log" 2>&1 </dev/null &
  servers+=($!)
  wait_for PostgreSQL $! "$folder/postgres.log" "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
  export FANFARE_TEST_POSTGRES_URL="postgres://fanfare:$password@127.0.0.1:$port/postgres"
  export FANFARE_TEST_POSTGRES_SOCKET_URL="postgres://fanfare@${folder//\//%2F}%2Fpostgres:$port/postgres"
}

start_redis() {
  local port
  port=$(free_port)
  folder_of_server "$folder/redis"
  (cd / && exec "${as_server[@]}" redis-server --port "$port" --bind 127.0.0.1 --dir "$folder/redis" \
    --save '' --appendonly no --daemonize no) >"$folder/redis.log" 2>&1 </dev/null &
  servers+=($!)
  wait_for Redis $! "$folder/redis.log" redis-cli -p "$port" ping
  export FANFARE_TEST_REDIS_URL="redis://127.0.0.1:$port"
}

start_postgres
start_redis
"$@"

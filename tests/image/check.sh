#!/usr/bin/env bash
# Builds the image from the Dockerfile, where neither a Docker daemon nor an image registry is at hand, and
# holds a conversation with it: as its own user, on a root file system that cannot be written.
#
# What it shows: the Dockerfile builds; the image has all the service needs; nothing but /data is written; the
# health check works; SIGTERM ends it in order; what was said is there after a restart. What it cannot show: the
# base images that the Dockerfile names (stand-ins are made by bases.sh), and Docker's own network, volumes and
# restarts.
#
# Wants root on Debian. Keeps its work in target/image; MEASURE=0 leaves out the start time.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=${CARGO_TARGET_DIR:-target}/image
prefix=localhost/actix-chatkit-check
mkdir -p "$work"
work=$(realpath "$work")

missing=()
for program in buildah debootstrap setpriv unshare; do
  command -v "$program" >/dev/null || case $program in
    setpriv | unshare) missing+=(util-linux) ;;
    *) missing+=("$program") ;;
  esac
done
if [ "${#missing[@]}" -gt 0 ]; then
  echo "==> Installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

for base in node rust runtime; do
  if ! buildah images "$prefix/$base" >/dev/null 2>&1; then
    tests/image/bases.sh "$work/bases"
    break
  fi
done

echo "==> Building the image"
buildah build --isolation chroot --layers --format docker \
  --build-arg "NODE_IMAGE=$prefix/node" --build-arg "RUST_IMAGE=$prefix/rust" --build-arg "RUNTIME_IMAGE=$prefix/runtime" \
  --tag "$prefix/image" . >"$work/build.log" 2>&1 || { tail -40 "$work/build.log"; exit 1; }

echo "==> Running it"
container=$(buildah from "$prefix/image")
root=$(buildah mount "$container")
data=$work/data
rm -rf "$data"
# A new volume begins as what the image has there.
cp -a "$root/data" "$data"
cleanup() {
  buildah umount "$container" >/dev/null 2>&1 || true
  buildah rm "$container" >/dev/null 2>&1 || true
}
trap cleanup EXIT
buildah inspect --type image "$prefix/image" >"$work/inspect.json"
python3 tests/image/converse.py "$root" "$data" "$work/inspect.json"

size=$(du -sxm --apparent-size "$root" | cut -f1)
base=$(buildah images --format '{{.Size}}' "$prefix/runtime")
echo "image: $size MB unpacked, of them $base in the base image"

#!/usr/bin/env bash
# Makes stand-ins for the three base images of the Dockerfile, where no image registry is at hand:
# from Debian's packages, with the Rust and Node.js that this machine has.
#
#     bases.sh FOLDER
#
# They are kept as localhost/actix-chatkit-check/{node,rust,runtime}; work files go below FOLDER.
# Wants root, debootstrap and buildah.
set -euo pipefail

work=$(realpath -m "${1:?a folder for work files}")
prefix=localhost/actix-chatkit-check
# The suite of this machine, so that its Node.js finds the C library it was built for.
suite=${SUITE:-$(. /etc/os-release && echo "$VERSION_CODENAME")}
mirror=${MIRROR:-http://deb.debian.org/debian}
mkdir -p "$work"

image_of() { # NAME ROOT [CONFIGURATION…]: an image of what lies below ROOT
  local name=$1 root=$2 container
  shift 2
  container=$(buildah from scratch)
  buildah add --quiet "$container" "$root" / >/dev/null
  buildah config "$@" "$container"
  buildah commit --quiet --rm "$container" "$prefix/$name" >/dev/null
  echo "made $prefix/$name"
}

if [ ! -e "$work/debian/.ready" ]; then
  echo "==> Debian $suite"
  rm -rf "$work/debian"
  debootstrap --variant=minbase --include=ca-certificates,gcc,libc6-dev "$suite" "$work/debian" "$mirror" >"$work/debootstrap.log"
  # Whom this machine trusts: its way to the package registries may need it.
  cp /etc/ssl/certs/ca-certificates.crt "$work/debian/etc/ssl/certs/ca-certificates.crt"
  rm -rf "$work/debian/var/cache/apt" "$work/debian/var/lib/apt/lists"
  touch "$work/debian/.ready"
fi

# Node.js and npm, as they are installed here.
node=$(readlink -f "$(command -v node)")
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
rm -rf "$work/node"
cp -a --reflink=auto "$work/debian" "$work/node"
mkdir -p "$work/node/usr/local/bin" "$work/node/usr/local/lib/node_modules"
cp "$node" "$work/node/usr/local/bin/node"
cp -a "$npm" "$work/node/usr/local/lib/node_modules/npm"
ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$work/node/usr/local/bin/npm"
ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$work/node/usr/local/bin/npx"
image_of node "$work/node" --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
rm -rf "$work/node"

# The Rust toolchain, without its documentation.
toolchain=$(rustc --print sysroot)
rm -rf "$work/rust"
cp -a --reflink=auto "$work/debian" "$work/rust"
mkdir -p "$work/rust/usr/local"
tar -C "$toolchain" --exclude=./share --exclude=./lib/rustlib/src --exclude=./lib/rustlib/manifest-* -cf - . |
  tar -C "$work/rust/usr/local" -xf -
image_of rust "$work/rust"
rm -rf "$work/rust"

# What a distroless image has: the C library, libgcc, certificates, a user.
rm -rf "$work/runtime" "$work/packages"
mkdir -p "$work/packages" "$work/runtime"/{tmp,etc/ssl/certs,home/nonroot}
chmod 1777 "$work/runtime/tmp"
(cd "$work/packages" && chmod 777 . && apt-get download --quiet libc6 libgcc-s1 gcc-12-base tzdata >/dev/null)
for package in "$work"/packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -C "$work/runtime" --exclude='./usr/share/doc*' --exclude='./usr/share/man*' \
    --exclude='./usr/share/locale*' -xf -
done
cp "$work/debian/etc/ssl/certs/ca-certificates.crt" "$work/runtime/etc/ssl/certs/"
printf 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n' >"$work/runtime/etc/passwd"
printf 'root:x:0:\nnonroot:x:65532:\n' >"$work/runtime/etc/group"
echo 'hosts: files dns' >"$work/runtime/etc/nsswitch.conf"
chown 65532:65532 "$work/runtime/home/nonroot"
image_of runtime "$work/runtime"
rm -rf "$work/runtime"

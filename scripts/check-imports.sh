#!/bin/sh
# Imports point one way. Each line of the table: a module, then the modules of this package that it may import. A module
# that is not in the table, or an import that is not on its line, is an error.
set -eu

table='
TensorCore:
StrictJSON: TensorCore
StrictYAML: TensorCore
FileAccess: TensorCore CZstd
RemoteAccess: TensorCore FileAccess
Safetensors: TensorCore StrictJSON FileAccess
RawCheckpoint: TensorCore StrictJSON FileAccess
GGUF: TensorCore StrictJSON FileAccess
Tokenizers: TensorCore StrictJSON FileAccess GGUF Digests
Quantization: TensorCore
Kernels: TensorCore CKernels
Checkpoints: TensorCore FileAccess Safetensors RawCheckpoint GGUF Quantization Kernels
Inspection: TensorCore StrictJSON FileAccess Safetensors GGUF Quantization Kernels Checkpoints Digests Verification
Validation: TensorCore StrictJSON StrictYAML FileAccess Safetensors GGUF Quantization Kernels Checkpoints Digests Inspection Verification
Recipes: TensorCore StrictYAML
Digests: TensorCore
Verification: TensorCore Quantization Kernels
Reports: TensorCore Digests Inspection Verification
Importance: TensorCore FileAccess GGUF
Hessians: TensorCore FileAccess Safetensors
Conversion: TensorCore FileAccess Safetensors RawCheckpoint GGUF Quantization Kernels Checkpoints Digests Hessians Importance Recipes Verification
Architectures: TensorCore StrictJSON StrictYAML FileAccess GGUF Quantization Checkpoints Tokenizers
GGUFCommands: TensorCore FileAccess Safetensors RawCheckpoint GGUF Quantization Kernels Checkpoints Inspection Digests Verification Validation Reports Recipes StrictYAML Conversion Architectures Hessians Importance RemoteAccess
gguf: GGUFCommands
'
# What the libraries may import from outside; the program itself may import ArgumentParser and FoundationEssentials, and
# reports have JSON from the latter, and
# configurations and recipes are read with Yams; files behind URLs are read with AsyncHTTPClient.
outside="SystemPackage Synchronization Dispatch Glibc Musl Darwin"
status=0

for folder in Sources/*/; do
  module=$(basename "$folder")
  case $module in CZstd | CKernels) continue ;; esac
  if ! printf '%s' "$table" | grep -q "^$module:"; then
    echo "check-imports: Sources/$module is not in the table of scripts/check-imports.sh" >&2
    status=1
    continue
  fi
  allowed="$outside $(printf '%s' "$table" | sed -n "s/^$module://p")"
  [ "$module" = GGUFCommands ] && allowed="$allowed ArgumentParser FoundationEssentials Foundation"
  [ "$module" = StrictYAML ] && allowed="$allowed Yams"
  [ "$module" = RemoteAccess ] && allowed="$allowed AsyncHTTPClient NIOCore NIOHTTP1 NIOPosix NIOSSL"
  [ "$module" = Digests ] && allowed="$allowed Crypto"
  [ "$module" = Reports ] && allowed="$allowed FoundationEssentials Foundation"
  for import in $(find "$folder" -name '*.swift' -exec sed -n \
    's/^ *\(public \|package \|internal \|private \|fileprivate \)\{0,1\}import \([A-Za-z0-9]*\).*/\2/p' {} + | sort -u); do
    case " $allowed " in
      *" $import "*) ;;
      *)
        echo "check-imports: $module may not import $import:" >&2
        grep -rn "import $import" "$folder" >&2
        status=1
        ;;
    esac
  done
done
[ $status = 0 ] && echo "check-imports: every import points the right way"
exit $status

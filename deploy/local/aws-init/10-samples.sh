#!/bin/sh
# What the sample needs in AWS: its bucket, the connector's endpoint and key, and the queues. The emulator runs it once it answers, and
# gives it AWS_ENDPOINT_URL, a region and keys.
set -eu

bucket=larkfell
samples=/samples
parameters=/prod/personalize-connectors/braze
queue=personalize-connectors-braze
events=personalize-connectors-events

# Older command lines do not read AWS_ENDPOINT_URL by themselves.
emulated() {
  aws --endpoint-url "$AWS_ENDPOINT_URL" --output text "$@"
}

arns=arn:aws:sqs:$AWS_DEFAULT_REGION:$(emulated sts get-caller-identity --query Account)

# As a document: version 1 of the command line takes a --value that looks like an address for the place of the value.
parameter() { # name, type, value
  emulated ssm put-parameter --cli-input-json "{\"Name\":\"$parameters/$1\",\"Type\":\"$2\",\"Value\":\"$3\",\"Overwrite\":true}" > /dev/null
}

# A message that was received five times without being deleted goes to the dead letter queue.
queue_with_dead_letters() { # name
  emulated sqs create-queue --queue-name "$1-dead" > /dev/null
  emulated sqs create-queue --queue-name "$1" --query QueueUrl \
    --attributes '{"RedrivePolicy":"{\"deadLetterTargetArn\":\"'"$arns:$1-dead"'\",\"maxReceiveCount\":\"5\"}"}'
}

# Runs on the samples' own folder leave files there that are no part of them.
emulated s3api create-bucket --bucket "$bucket" > /dev/null
emulated s3 cp --recursive --only-show-errors "$samples" "s3://$bucket" \
  --exclude 'etl_jobs/*/errors/*' --exclude 'etl_jobs/*/output/*' --exclude 'etl_jobs/*/runs/*' --exclude 'etl_jobs/*/staging/*'

# A simulator is taken on a loopback address alone, so its container shares the network of the worker's.
parameter rest-endpoint-url String http://127.0.0.1:8585
parameter api-key SecureString simulator-key
url=$(queue_with_dead_letters "$queue")
parameter queue-url String "$url"

# New batch output, and parts that something else writes. A job's other folders hold nothing to wait for.
queue_with_dead_letters "$events" > /dev/null
notify() { # prefix
  printf '{"QueueArn":"%s","Events":["s3:ObjectCreated:*"],"Filter":{"Key":{"FilterRules":[{"Name":"prefix","Value":"%s"}]}}}' "$arns:$events" "$1"
}
notifications=$(notify batch/)
for job in "$samples"/etl_jobs/*/*/; do
  notifications="$notifications,$(notify "${job#"$samples"/}output/")"
done
emulated s3api put-bucket-notification-configuration --bucket "$bucket" --notification-configuration "{\"QueueConfigurations\":[$notifications]}"

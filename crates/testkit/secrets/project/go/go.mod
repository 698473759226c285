module contoso.com/chat

go 1.24

require (
	github.com/Azure/azure-sdk-for-go/sdk/azidentity v1.0.0
	github.com/contoso/{{key}} v1.0.0
)

replace contoso.com/x => https://{{git-token}}@github.com/contoso/x v1.0.0
// {{email}}: password={{password}}

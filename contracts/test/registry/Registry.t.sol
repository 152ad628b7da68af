// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNNodeRegistry, NodeParams, NodeRecord} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title Nodes: registering with consent, updating, succession, operators, listing.
contract RegistryTest is SessionsTest {
    address private successor;
    uint256 private successorKey;

    function setUp() public override {
        super.setUp();
        (successor, successorKey) = makeAddrAndKey("successor");
    }

    function _succeed() private {
        bytes memory consent = _consent(successorKey, operator, _now());
        vm.prank(operator);
        registry.succeed(node, successor, _now(), consent);
    }

    function _expectNotOperator() private {
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotOperator.selector, node, relayer));
        vm.prank(relayer);
    }

    function test_register_listsTheNodeUnderTheCaller() public {
        bytes memory consent = _consent(nodeKey, operator, _now());
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.NodeRegistered(node, operator, _nodeParams());
        vm.prank(operator);
        registry.register(node, _nodeParams(), _now(), consent);
        NodeRecord memory record = registry.nodeOf(node);
        assertEq(record.operator, operator);
        assertEq(record.registeredAt, _now());
        assertEq(abi.encode(record.params), abi.encode(_nodeParams()));
        assertEq(registry.payoutOf(node), payout);
        assertEq(registry.operatorOf(node), operator);
        assertTrue(registry.isRegistered(node));
        assertEq(registry.nodeCount(), 1);
        assertEq(registry.DOMAIN_SEPARATOR(), _domain("X4PN Registry", block.chainid, address(registry)));
    }

    function test_register_revertsWhen_theNodeDidNotConsent() public {
        bytes memory refusal = abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadConsent.selector, node);
        bytes memory consent = _consent(nodeKey, operator, _now());
        // Consent to another operator, for another deadline, by another key.
        vm.prank(relayer);
        vm.expectRevert(refusal);
        registry.register(node, _nodeParams(), _now(), consent);
        vm.startPrank(operator);
        vm.expectRevert(refusal);
        registry.register(node, _nodeParams(), _now() + 1, consent);
        consent = _consent(successorKey, operator, _now());
        vm.expectRevert(refusal);
        registry.register(node, _nodeParams(), _now(), consent);
    }

    function test_register_revertsWhen_theNodeIsNobody() public {
        // What a signature that is none recovers to.
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadConsent.selector, address(0)));
        registry.register(address(0), _nodeParams(), _now(), new bytes(65));
    }

    function test_register_revertsWhen_expired() public {
        bytes memory consent = _consent(nodeKey, operator, _now() - 1);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_Expired.selector, _now() - 1));
        registry.register(node, _nodeParams(), _now() - 1, consent);
    }

    function test_register_revertsWhen_registeredBefore() public {
        _register();
        bytes memory consent = _consent(nodeKey, relayer, _now());
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_AlreadyRegistered.selector, node));
        registry.register(node, _nodeParams(), _now(), consent);
    }

    function _expectBadParams(NodeParams memory params, bytes memory refusal) private {
        bytes memory consent = _consent(nodeKey, operator, _now());
        vm.prank(operator);
        vm.expectRevert(refusal);
        registry.register(node, params, _now(), consent);
    }

    function test_register_revertsWhen_theParametersAreOutOfBounds() public {
        string[3] memory urls = ["", "https://node.example/", string(new bytes(257))];
        for (uint256 i; i < urls.length; ++i) {
            NodeParams memory params = _nodeParams();
            params.apiUrl = urls[i];
            _expectBadParams(
                params, abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadUrl.selector, bytes(urls[i]).length)
            );
        }
        bytes2[4] memory countries = [bytes2("de"), "D", bytes2(0x0044), "D1"];
        for (uint256 i; i < countries.length; ++i) {
            NodeParams memory params = _nodeParams();
            params.country = countries[i];
            _expectBadParams(
                params, abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadCountry.selector, countries[i])
            );
        }
        NodeParams memory long = _nodeParams();
        long.metadataCid = string(new bytes(129));
        _expectBadParams(long, abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadMetadata.selector, 129));
    }

    function test_register_takesANodeWithoutCountryMetadataOrPayout() public {
        NodeParams memory params = _nodeParams();
        (params.country, params.payout) = (0, address(0));
        bytes memory consent = _consent(nodeKey, operator, _now());
        vm.prank(operator);
        registry.register(node, params, _now(), consent);
        assertEq(registry.payoutOf(node), address(0));
    }

    function test_update_replacesWhatTheOperatorSays() public {
        _register();
        NodeParams memory params = _nodeParams();
        params.apiUrl = "https://other.example";
        params.metadataCid = "bafy";
        params.flags = 1;
        skip(60);
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.NodeUpdated(node, params);
        vm.prank(operator);
        registry.update(node, params);
        NodeRecord memory record = registry.nodeOf(node);
        assertEq(abi.encode(record.params), abi.encode(params));
        assertEq(record.updatedAt, _now());
        assertEq(record.registeredAt, _now() - 60);
    }

    function test_update_revertsWhen_notAllowed() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_UnknownNode.selector, node));
        registry.update(node, _nodeParams());
        _register();
        _expectNotOperator();
        registry.update(node, _nodeParams());
        NodeParams memory params = _nodeParams();
        params.apiUrl = "";
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadUrl.selector, 0));
        registry.update(node, params);
    }

    function test_setPayout_changesOnlyThat() public {
        _register();
        NodeParams memory params = _nodeParams();
        params.payout = makeAddr("other payout");
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.NodeUpdated(node, params);
        vm.prank(operator);
        registry.setPayout(node, params.payout);
        assertEq(registry.payoutOf(node), params.payout);
        _expectNotOperator();
        registry.setPayout(node, relayer);
        vm.prank(node);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotOperator.selector, node, node));
        registry.setPayout(node, node);
    }

    function test_succeed_carriesOnUnderTheSameOperator() public {
        _register();
        vm.expectEmit(true, true, false, false, address(registry));
        emit IX4PNNodeRegistry.NodeRegistered(successor, operator, _nodeParams());
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.NodeSucceeded(node, successor, operator);
        _succeed();
        NodeRecord memory old = registry.nodeOf(node);
        NodeRecord memory next = registry.nodeOf(successor);
        assertEq(old.successor, successor);
        assertEq(old.params.flags, 1);
        assertEq(old.params.payout, payout);
        assertEq(next.operator, operator);
        assertEq(next.params.apiUrl, _nodeParams().apiUrl);
        assertEq(next.params.flags, 0);
        // The old key's WireGuard key is not the new one's.
        assertEq(next.params.commitment, 0);
        assertEq(registry.nodeCount(), 2);
    }

    function test_succeed_leavesTheOldIdOnlyItsPayout() public {
        _register();
        _succeed();
        bytes memory refusal = abi.encodeWithSelector(IX4PNNodeRegistry.Registry_HasSuccessor.selector, node, successor);
        vm.prank(node);
        vm.expectRevert(refusal);
        registry.heartbeat();
        vm.startPrank(operator);
        vm.expectRevert(refusal);
        registry.update(node, _nodeParams());
        vm.expectRevert(refusal);
        registry.succeed(node, makeAddr("third"), _now(), "");
        registry.setPayout(node, makeAddr("other payout"));
        assertEq(registry.payoutOf(node), makeAddr("other payout"));
    }

    function test_succeed_revertsWhen_notAllowed() public {
        _register();
        _expectNotOperator();
        registry.succeed(node, successor, _now(), "");
        bytes memory stale = _consent(successorKey, operator, _now() - 1);
        vm.startPrank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_Expired.selector, _now() - 1));
        registry.succeed(node, successor, _now() - 1, stale);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadConsent.selector, successor));
        registry.succeed(node, successor, _now(), stale);
        bytes memory own = _consent(nodeKey, operator, _now());
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_AlreadyRegistered.selector, node));
        registry.succeed(node, node, _now(), own);
    }

    function test_transferOperator_takesTwoSteps() public {
        _register();
        address next = makeAddr("next operator");
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.OperatorTransferStarted(node, operator, next);
        vm.prank(operator);
        registry.transferOperator(node, next);
        assertEq(registry.operatorOf(node), operator);
        assertEq(registry.nodeOf(node).pendingOperator, next);
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.OperatorTransferred(node, operator, next);
        vm.prank(next);
        registry.acceptOperator(node);
        assertEq(registry.operatorOf(node), next);
        assertEq(registry.nodeOf(node).pendingOperator, address(0));
    }

    function test_transferOperator_revertsWhen_notAllowed() public {
        _register();
        _expectNotOperator();
        registry.transferOperator(node, relayer);
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotPendingOperator.selector, node, relayer));
        registry.acceptOperator(node);
        vm.startPrank(operator);
        registry.transferOperator(node, relayer);
        registry.transferOperator(node, address(0));
        vm.stopPrank();
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_NotPendingOperator.selector, node, relayer));
        registry.acceptOperator(node);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_UnknownNode.selector, relayer));
        registry.acceptOperator(relayer);
    }

    function test_heartbeat_isTheNodeKeysOwn() public {
        _register();
        vm.expectEmit(address(registry));
        emit IX4PNNodeRegistry.Heartbeat(node);
        vm.prank(node);
        registry.heartbeat();
        vm.prank(relayer);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_UnknownNode.selector, relayer));
        registry.heartbeat();
    }

    function test_nodes_listsPageByPageInOrder() public {
        _register();
        _succeed();
        (address[] memory ids, NodeRecord[] memory records) = registry.nodes(0, 10);
        assertEq(ids.length, 2);
        assertEq(ids[0], node);
        assertEq(records[1].operator, operator);
        (ids,) = registry.nodes(0, 1);
        assertEq(ids.length, 1);
        assertEq(ids[0], node);
        (ids,) = registry.nodes(1, type(uint256).max);
        assertEq(ids.length, 1);
        assertEq(ids[0], successor);
        (ids,) = registry.nodes(2, 1);
        assertEq(ids.length, 0);
        (ids,) = registry.nodes(type(uint256).max, type(uint256).max);
        assertEq(ids.length, 0);
    }

    function test_nodeOf_revertsForAnUnknownNode() public {
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_UnknownNode.selector, node));
        registry.nodeOf(node);
        assertEq(registry.payoutOf(node), address(0));
        assertEq(registry.operatorOf(node), address(0));
        assertFalse(registry.isRegistered(node));
    }

    function test_Pitfall22_aConsentForAnotherChainIsRefused() public {
        bytes memory consent = _consent(nodeKey, operator, _now());
        vm.chainId(137);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeRegistry.Registry_BadConsent.selector, node));
        registry.register(node, _nodeParams(), _now(), consent);
    }
}
